import { readFile } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SlipwayError } from "../../../src/base/errors.ts";
import { renderPki } from "../../../src/certs/pki/pki.ts";
import { kubeadmDocument } from "../../../src/config/kubeadm/flags/init-flags.ts";
import type { Host } from "../../../src/hosts/host.ts";
import { localHost } from "../../../src/hosts/local.ts";
import { discover } from "../../../src/join/discovery.ts";
import { joinCluster } from "../../../src/join/join.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { connectionFromKubeconfig } from "../../../src/kube/connection.ts";
import { createKubeClient } from "../../../src/kube/create-kube-client.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { resources } from "../../../src/kube/resources.ts";
import { clusterInfoRbac } from "../../../src/manifests/cluster/bootstrap-rbac.ts";
import { parseToken, type TokenParts } from "../../../src/tokens/bootstrap-token.ts";
import { caPin } from "../../../src/tokens/ca-pin.ts";
import { clusterInfo, clusterInfoKubeconfig } from "../../../src/tokens/cluster-info.ts";
import { parseCertificate } from "../../../src/x509/certificate.ts";
import { inputWith, sampleMaking } from "../../kubeadm-sample.ts";
import { type ControlPlane, startControlPlane } from "../apiserver/fixture.ts";

const token = "abcdef.0123456789abcdef";
const parts = parseToken(token) as TokenParts;
const rbac = (resource: string) => ({ group: "rbac.authorization.k8s.io", version: "v1", resource });
let plane: ControlPlane;
let client: KubeClient;
let host: Host;
let ca: string;

beforeAll(async () => {
  plane = await startControlPlane();
  host = await localHost(
    { kind: "local", name: "localhost" },
    { home: homedir(), env: process.env, user: userInfo().username },
  );
  client = createKubeClient(connectionFromKubeconfig(await readFile(plane.kubeconfig, "utf8"), plane.dir));
  ca = await readFile(join(plane.dir, "ca.crt"), "utf8");
  await client
    .create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-public" } })
    .catch(() => {});
  for (const object of clusterInfoRbac()) {
    await client.create(rbac(object.kind === "Role" ? "roles" : "rolebindings"), object);
  }
});
afterAll(async () => {
  client?.close();
  await host?.close();
  await plane?.stop();
});

/** Puts a cluster-info into the cluster in place of the one before. */
async function publish(info: KubeObject): Promise<void> {
  const key = { namespace: "kube-public", name: "cluster-info" };
  await client.delete(resources.configmaps, key).catch(() => {});
  await client.create(resources.configmaps, info);
}

const pinOf = (pem: string) => caPin(parseCertificate(pem) as NonNullable<ReturnType<typeof parseCertificate>>);
const asked = async (
  given: { token?: string; pins?: readonly string[]; withinMs?: number; endpoint?: string } = {},
) => {
  const { trust, confirm } = await discover(
    {
      token: given.token ?? token,
      apiServerEndpoint: given.endpoint ?? plane.server.replace("https://", ""),
      caCertHashes: given.pins ?? [pinOf(ca)],
      unsafeSkipCAVerification: given.pins?.length === 0,
    },
    { host, withinMs: given.withinMs ?? 60_000, signal: new AbortController().signal },
  );
  await confirm();
  return trust;
};
const codeOf = (given: Parameters<typeof asked>[0]) =>
  asked(given).then(
    () => "trusted",
    (thrown: SlipwayError) => thrown.details?.code ?? String(thrown),
  );

describe("discovery against an API server", () => {
  it("trusts what the token signed and the pin vouches for, and takes the server from it", async () => {
    await publish(clusterInfo(clusterInfoKubeconfig({ server: plane.server, ca }), [parts]));
    expect(await asked()).toEqual({ server: plane.server, clusterName: "kubernetes", ca });
    expect(await codeOf({ pins: [] })).toBe("trusted");
  });

  it("refuses a wrong pin, a wrong secret and a token that is not signed for", async () => {
    await publish(clusterInfo(clusterInfoKubeconfig({ server: plane.server, ca }), [parts]));
    expect(await codeOf({ pins: [`sha256:${"0".repeat(64)}`] })).toBe("CA_PIN_MISMATCH");
    expect(await codeOf({ token: "abcdef.ffffffffffffffff" })).toBe("CLUSTER_INFO_FORGED");
    expect(await codeOf({ token: "zzzzzz.0123456789abcdef", withinMs: 300 })).toBe("TOKEN_UNKNOWN");
    expect(await codeOf({ token: "nonsense" })).toBe("TOKEN_MALFORMED");
  });

  it("says of each what is wrong and what to do", async () => {
    await publish(clusterInfo(clusterInfoKubeconfig({ server: plane.server, ca }), [parts]));
    const told = (given: Parameters<typeof asked>[0]) =>
      asked(given).then(
        () => "",
        (thrown: Error) => thrown.message,
      );
    const wrongPin = await told({ pins: [`sha256:${"0".repeat(64)}`] });
    expect(wrongPin).toContain("the cluster's certificate authority has none of the pins given");
    expect(wrongPin).toContain(pinOf(ca));
    expect(await told({ token: "abcdef.ffffffffffffffff" })).toContain("does not verify with the token abcdef");
    const expired = await told({ token: "zzzzzz.0123456789abcdef", withinMs: 300 });
    expect(expired).toContain("cluster-info has no signature for the token zzzzzz");
    expect(expired).toContain("unknown or expired: make a new one with `slipway token create`");
    const unreachable = await told({ endpoint: "127.0.0.1:1", withinMs: 500 });
    expect(unreachable).toContain("the API server did not answer");
    expect(unreachable).toContain("check the endpoint, the name's address and firewalls");
  });

  it("waits for the signature of a token that is new", async () => {
    const kubeconfig = clusterInfoKubeconfig({ server: plane.server, ca });
    await publish(clusterInfo(kubeconfig));
    const found = asked();
    setTimeout(() => void publish(clusterInfo(kubeconfig, [parts])), 700);
    expect((await found).server).toBe(plane.server);
  });

  it("refuses an authority that is pinned and signed for, but is not the server's", async () => {
    const foreign =
      (await renderPki(inputWith(), new Map(), sampleMaking(new Date()), ["ca"])).authorities.get("ca")?.certificate
        .pem ?? "";
    await publish(clusterInfo(clusterInfoKubeconfig({ server: plane.server, ca: foreign }), [parts]));
    expect(await codeOf({ pins: [pinOf(foreign)], withinMs: 1000 })).toBe("API_UNREACHABLE");
  });

  /** This machine with a clock that is a day behind. */
  async function lateHost(): Promise<Host> {
    const facts = { ...(await host.facts()), clockOffsetMs: -86_400_000 };
    return { name: host.name, tunnel: host.tunnel.bind(host), facts: async () => facts } as Host;
  }
  const isLate = /ClockSkew.*the host's clock is (86399|8640\d) s behind that of the API server/s;

  it("refuses a host whose clock is a day away from the API server's, unless nobody asks", async () => {
    await publish(clusterInfo(clusterInfoKubeconfig({ server: plane.server, ca }), [parts]));
    const apiServerEndpoint = plane.server.replace("https://", "");
    const from = { token, apiServerEndpoint, caCertHashes: [pinOf(ca)], unsafeSkipCAVerification: false };
    const options = { host: await lateHost(), withinMs: 60_000, signal: new AbortController().signal };
    await expect(discover(from, { ...options, now: () => new Date() })).rejects.toThrow(isLate);
    expect((await discover(from, options)).trust.server).toBe(plane.server);
  });

  it("refuses it where a file tells of the cluster, too, unless the check is to be ignored", async () => {
    const documents = [
      kubeadmDocument("JoinConfiguration", { discovery: { file: { kubeConfigPath: plane.kubeconfig } } }),
    ];
    const joining = async (ignoredPreflightErrors: readonly string[]) =>
      joinCluster({
        ...{ host: await lateHost(), documents, mode: "plan", ignoredPreflightErrors },
        ...{ report: () => {}, now: () => new Date(), signal: AbortSignal.timeout(100_000) },
        lock: {
          owner: { run: "r", user: "u", machine: "m", pid: 1, since: "" },
          isDead: () => false,
          isBreaking: false,
        },
        distribution: () => Promise.reject(new Error("nothing is to be installed")),
      });
    await expect(joining([])).rejects.toThrow(isLate);
    // it goes on to what this cluster does not keep
    await expect(joining(["ClockSkew"])).rejects.toThrow(
      /JOIN_CONFIG_UNREADABLE|the configuration that the cluster keeps/,
    );
  });

  it("names an endpoint that doesn't answer", async () => {
    expect(await codeOf({ endpoint: "127.0.0.1:1", withinMs: 500 })).toBe("API_UNREACHABLE");
  });
});
