import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { expect, test } from "vitest";
import { shellWord } from "../../../../src/lab/ssh.ts";
import { bounded } from "../../fixtures/bounded.ts";
import { type ApiCluster, workerPod } from "../fixtures/api-cluster.ts";

/** exec, attach, logs and port-forward as kubectl's users have them, with and without a terminal. */
export function streamTests({ kubectl, kubeconfig, create, ready, field }: ApiCluster): void {
  /** Runs kubectl on a terminal of its own, types, and gives what the terminal shows and the exit code. */
  const onTerminal = async (argv: readonly string[], typed: string) => {
    const command = ["kubectl", "--kubeconfig", await kubeconfig(), ...argv].map(shellWord).join(" ");
    const result = await execa("script", ["-qec", command, "/dev/null"], { input: typed, reject: false, ...bounded });
    return { shown: result.stdout, exitCode: result.exitCode };
  };

  test("exec -it has a terminal, passes on what is typed, and ends with the command's exit code", async () => {
    const { shown, exitCode } = await onTerminal(
      ["exec", "-it", "tools", "--", "sh"],
      "[ -t 0 ] && echo terminal-$((40+3)); echo sum-$((40+2)); exit 7\n",
    );
    expect(shown).toContain("terminal-43");
    expect(shown).toContain("sum-42");
    expect(exitCode).toBe(7);
  });

  test("exec works for clients of SPDY as well, whose streams are multiplexed by the runtime", async () => {
    const argv = ["--kubeconfig", await kubeconfig(), "exec", "-i", "tools", "--", "sh", "-c", "cat; echo aside >&2"];
    const env = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: "false" };
    const { stdout, stderr } = await execa("kubectl", argv, { env, input: "by SPDY", ...bounded });
    expect(stdout).toBe("by SPDY");
    expect(stderr).toContain("aside");
  });

  test("attach reaches the container's own process: a shell on a terminal, or a pipe", async () => {
    await create(workerPod("shell", { restartPolicy: "Never" }, { command: ["sh"], stdin: true, tty: true }));
    await create(workerPod("pipe", { restartPolicy: "Never" }, { command: ["cat"], stdin: true, stdinOnce: true }));
    await ready("shell");
    await ready("pipe");
    const { shown } = await onTerminal(["attach", "-it", "shell"], "echo sum-$((40+2)); exit 5\n");
    expect(shown).toContain("sum-42");
    expect(await kubectl(["attach", "-i", "pipe"], "through the pipe\n")).toContain("through the pipe");
    await kubectl(["wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/pipe", "--timeout=30s"]);
    await kubectl(["wait", "--for=jsonpath={.status.phase}=Failed", "pod/shell", "--timeout=30s"]);
    expect(await field("shell", ".status.containerStatuses[0].state.terminated.exitCode")).toBe("5");
  });

  test("logs -f goes on until the container ends, and --previous has the one before", async () => {
    const script = "for i in 1 2 3 4 5; do echo line $i; sleep 0.3; done; exit 1";
    await create(workerPod("counter", {}, { command: ["sh", "-c", script] }));
    await ready("counter");
    const lines = [1, 2, 3, 4, 5].map((number) => `line ${number}`).join("\n");
    expect((await kubectl(["logs", "-f", "counter"])).trim()).toBe(lines);
    await kubectl([
      "wait",
      "--for=jsonpath={.status.containerStatuses[0].restartCount}=1",
      "pod/counter",
      "--timeout=60s",
    ]);
    expect((await kubectl(["logs", "--previous", "counter"])).trim()).toBe(lines);
    await kubectl([
      "wait",
      "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff",
      ...["pod/counter", "--timeout=60s"],
    ]);
    for (const which of [[], ["--previous"]])
      expect((await kubectl(["logs", ...which, "--tail=1", "counter"])).trim()).toBe("line 5");
  });

  test("port-forward leads to a port of the pod", async () => {
    const script = "mkdir /www; echo page > /www/index.html; exec httpd -f -p 8080 -h /www";
    await create(workerPod("forwarded", {}, { command: ["sh", "-c", script] }));
    await ready("forwarded");
    const argv = ["--kubeconfig", await kubeconfig(), "port-forward", "pod/forwarded", ":8080"];
    const forward = spawn("kubectl", argv, { stdio: ["ignore", "pipe", "inherit"], ...bounded });
    try {
      const [line] = (await once(createInterface({ input: forward.stdout }), "line")) as [string];
      const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      for (const _ of [1, 2, 3]) expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("page\n");
    } finally {
      forward.kill();
    }
  });
}
