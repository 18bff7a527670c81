import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { expect, test } from "vitest";
import { until } from "../../../../src/base/until.ts";
import { shellWord } from "../../../../src/lab/ssh.ts";
import { bounded } from "../../fixtures/bounded.ts";
import { type ApiCluster, workerPod } from "../fixtures/api-cluster.ts";

/** exec, attach, logs and port-forward as kubectl's users have them, with and without a terminal. */
export function streamTests({ hosts, kubectl, kubeconfig, create, ready, field }: ApiCluster): void {
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
    await kubectl(["wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/pipe", "--timeout=120s"]);
    await kubectl(["wait", "--for=jsonpath={.status.phase}=Failed", "pod/shell", "--timeout=120s"]);
    expect(await field("shell", ".status.containerStatuses[0].state.terminated.exitCode")).toBe("5");
  });

  test("logs -f goes on until the container ends, and --previous has the one before", async () => {
    // it says the rest, and ends, once it may
    const script = "echo line 1; until [ -e /host/go-on ]; do sleep 0.1; done; echo line 2; echo line 3; exit 1";
    const volumes = [{ name: "host", hostPath: { path: "/srv/counter", type: "DirectoryOrCreate" } }];
    const volumeMounts = [{ name: "host", mountPath: "/host" }];
    await create(workerPod("counter", { volumes }, { command: ["sh", "-c", script], volumeMounts }));
    await ready("counter");
    const following = kubectl(["logs", "-f", "counter"]);
    await hosts.run("worker1", ["touch", "/srv/counter/go-on"]);
    const lines = [1, 2, 3].map((number) => `line ${number}`).join("\n");
    expect((await following).trim()).toBe(lines);
    const restarts = async () => Number(await field("counter", ".status.containerStatuses[0].restartCount"));
    await until(async () => (await restarts()) > 0, { for: "the container to restart", withinMs: 120_000 });
    expect((await kubectl(["logs", "--previous", "counter"])).trim()).toBe(lines);
    await kubectl([
      "wait",
      "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff",
      ...["pod/counter", "--timeout=120s"],
    ]);
    for (const which of [[], ["--previous"]])
      expect((await kubectl(["logs", ...which, "--tail=1", "counter"])).trim()).toBe("line 3");
  });

  test("port-forward leads to a port of the pod", async () => {
    const script = "mkdir /www; echo page > /www/index.html; exec httpd -f -p 8080 -h /www";
    const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
    await create(workerPod("forwarded", {}, { command: ["sh", "-c", script], readinessProbe }));
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
