import { until } from "../../src/base/until.ts";
import { labExec } from "../../src/lab/exec.ts";
import { capture } from "./commands.ts";
import { deploymentName, replicas } from "./workload.ts";

/** Asks the Service over HTTP, from a host of the cluster, until each replica has answered; gives their names. */
export async function answersOfEveryReplica(kubectl: readonly string[], lab: string): Promise<readonly string[]> {
  const address = await capture([...kubectl, "get", "service", deploymentName, "-o", "jsonpath={.spec.clusterIP}"]);
  const answered = new Set<string>();
  return until(
    async () => {
      answered.add(await hostnameAt(lab, address));
      return answered.size >= replicas && [...answered].sort();
    },
    { for: `${replicas} replicas to answer at http://${address}`, withinMs: 60_000, everyMs: 20 },
  );
}

async function hostnameAt(lab: string, address: string): Promise<string> {
  const argv = ["curl", "--silent", "--show-error", "--max-time", "5", `http://${address}/`];
  const { exitCode, stdout, stderr } = await labExec({ name: lab, host: "cp1" }, argv);
  const hostname = /^hostname=(.+)$/m.exec(stdout)?.[1];
  if (exitCode !== 0 || !hostname) throw new Error(stderr || `an answer without a hostname: ${stdout}`);
  return hostname;
}

/** The Service's address as a pod resolves its name through the cluster's DNS. */
export async function resolvedService(kubectl: readonly string[]): Promise<string> {
  const name = `${deploymentName}.default.svc.cluster.local`;
  const lookUp = [...kubectl, "exec", `deployment/${deploymentName}`, "--", "nslookup", name];
  return until(
    async () => {
      const [, address] =
        (await capture(lookUp))
          .split("Name:")
          .at(-1)
          ?.match(/Address(?: \d+)?: ([\d.]+)/) ?? [];
      return address && `${name}  ${address}`;
    },
    { for: `${name} to resolve in a pod`, withinMs: 60_000, everyMs: 500 },
  );
}
