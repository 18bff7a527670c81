import { beforeAll, describe, expect, it } from "vitest";
import { renderPki } from "../../../src/certs/pki/pki.ts";
import type { OpResult } from "../../../src/hosts/op.ts";
import { currentContext, fromBase64, parseKubeconfig } from "../../../src/kubeconfig/kubeconfig.ts";
import { renderKubeconfigs } from "../../../src/kubeconfig/render-kubeconfigs.ts";
import { roleChecks } from "../../../src/phases/preflight/role-checks.ts";
import { initWith, inputWith, sampleMaking } from "../../kubeadm-sample.ts";
import { found } from "../engine/resources/found.ts";

const manifest = found.file("kind: Pod");
const input = initWith();
let certificate = "";

/** The certificate of Node ref1's kubelet. */
beforeAll(async () => {
  const making = sampleMaking();
  const authority = (await renderPki(inputWith(), new Map(), making, ["ca"])).authorities.get("ca");
  if (!authority) throw new Error("no authority was made");
  const { files } = await renderKubeconfigs(inputWith(), { authority, existing: new Map(), making });
  const config = parseKubeconfig(files.find(({ path }) => path.endsWith("/kubelet.conf"))?.content ?? "");
  certificate = fromBase64(config && currentContext(config).user?.user["client-certificate-data"]) ?? "";
});

function told(wish: { role: "control-plane" | "worker"; name?: string }, results: readonly OpResult[]): string[] {
  const nodeRegistration = { ...input.init.nodeRegistration, name: wish.name ?? "ref1" };
  const node = { role: wish.role, input: { ...input, init: { ...input.init, nodeRegistration } } };
  return roleChecks(node).flatMap((check) => check.judge(results).map(({ message }) => `${check.name}: ${message}`));
}

describe("what a control plane can't become in place", () => {
  it("is a Node of another name", () => {
    const [first = ""] = told({ role: "control-plane", name: "ref2" }, [manifest, found.ran(certificate)]);
    expect(first).toMatch(
      /^ControlPlaneName: this control plane's Node is ref1, and is to be ref2 now: .*slipway reset/,
    );
    expect(told({ role: "control-plane" }, [manifest, found.ran(certificate)])).toEqual([]);
  });

  it("is a worker", () => {
    expect(told({ role: "worker" }, [manifest])[0]).toMatch(/^ControlPlaneToWorker: this host is a control plane/);
  });

  it("is anything at all before it is one", () => {
    expect(told({ role: "control-plane", name: "ref2" }, [found.absent, found.ran()])).toEqual([]);
    expect(told({ role: "control-plane", name: "ref2" }, [manifest, found.ran()])).toEqual([]);
    expect(told({ role: "worker" }, [found.absent])).toEqual([]);
  });
});
