/** Shows Slipway from nothing: a lab of three hosts, a cluster on them, and a workload that answers. See tools/demo.sh. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ExecaError } from "execa";
import { messageOf } from "../../src/base/errors.ts";
import { yamlDocuments } from "../../src/base/yaml.ts";
import { labExec } from "../../src/lab/exec.ts";
import { labList } from "../../src/lab/lab.ts";
import type { Lab } from "../../src/lab/view.ts";
import { answersOfEveryReplica, resolvedService } from "./checks.ts";
import { capture, show } from "./commands.ts";
import { stopwatch } from "./stopwatch.ts";
import { busyboxImage, deploymentName, workload } from "./workload.ts";

const name = "demo";
const slipway = join(import.meta.dirname, "../../bin/slipway");

const { values } = parseArgs({ options: { down: { type: "boolean", default: false } } });
try {
  await (values.down ? show([slipway, "lab", "down", "--name", name]) : demonstrate());
} catch (thrown) {
  process.stderr.write(
    `\nThe demo stopped: ${thrown instanceof ExecaError ? thrown.shortMessage : messageOf(thrown)}\n`,
  );
  process.exitCode = 1;
}

async function demonstrate(): Promise<void> {
  const watch = stopwatch();
  const up = ["lab", "up", "--name", name, "--control-planes", "1", "--workers", "2"];
  await watch.time("three hosts that answer SSH", () => show([slipway, ...up]));
  const lab = await demoLab();
  await watch.time("a cluster on them", () => show([slipway, "apply", "-f", lab.clusterFile]));
  const kubectl = ["kubectl", "--kubeconfig", await saveKubeconfig(lab)];
  await watch.time("three replicas and a Service", () => runWorkload(kubectl));
  const answers = await watch.time("each replica answers through it", () => answersOfEveryReplica(kubectl, name));
  const resolved = await watch.time("a name resolved in a pod", () => resolvedService(kubectl));
  await show([...kubectl, "get", "nodes", "-o", "wide"]);
  await show([...kubectl, "get", "pods", "--all-namespaces", "-o", "wide"]);
  tell(["", "HTTP requests to the Service were answered by", ...indented(answers)]);
  tell(["", "In a pod, the Service's name resolved to", ...indented([resolved])]);
  tell(["", "How long it took", ...indented(watch.lines())]);
  tell(["", "Use it", ...indented([`export KUBECONFIG=${kubectl[2]}`, "kubectl get pods -A"])]);
  tell(["", "Take it down", ...indented(["npm run demo -- --down"]), ""]);
}

async function demoLab(): Promise<Lab> {
  const lab = (await labList()).find((one) => one.name === name);
  if (!lab) throw new Error(`the lab ${name} was made, yet it is not listed`);
  return lab;
}

async function saveKubeconfig({ dir }: Lab): Promise<string> {
  const path = join(dir, "admin.conf");
  const { exitCode, stdout, stderr } = await labExec({ name, host: "cp1" }, ["cat", "/etc/kubernetes/admin.conf"]);
  if (exitCode !== 0) throw new Error(`cp1: no kubeconfig to copy: ${stderr}`);
  await writeFile(path, stdout, { mode: 0o600 });
  return path;
}

async function runWorkload(kubectl: readonly string[]): Promise<void> {
  const objects = yamlDocuments(workload(await busyboxImage(name)));
  await capture([...kubectl, "apply", "-f", "-"], objects);
  await show([...kubectl, "rollout", "status", `deployment/${deploymentName}`, "--timeout=120s"]);
}

function tell(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
