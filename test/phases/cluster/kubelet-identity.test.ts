import { beforeAll, describe, expect, it } from "vitest";
import { renderPki } from "../../../src/certs/pki/pki.ts";
import { currentContext, fromBase64, parseKubeconfig } from "../../../src/kubeconfig/kubeconfig.ts";
import { renderKubeconfigs } from "../../../src/kubeconfig/render-kubeconfigs.ts";
import { judgeIdentity } from "../../../src/phases/cluster/kubelet-identity.ts";
import { withRotatedCertificate } from "../../../src/phases/kubelet-finalize.ts";
import { inputWith, sampleMaking, sampleNow } from "../../kubeadm-sample.ts";

type Credentials = { readonly ca: string; readonly kubeconfig: string; readonly certificate: string };
let own: Credentials;
let other: Credentials;

/** A cluster's authority and its kubelet.conf for Node ref1, with the certificate in a file beside it. */
async function credentials(): Promise<Credentials> {
  const [input, making] = [inputWith(), sampleMaking()];
  const authority = (await renderPki(input, new Map(), making, ["ca"])).authorities.get("ca");
  if (!authority) throw new Error("no authority was made");
  const { files } = await renderKubeconfigs(input, { authority, existing: new Map(), making });
  const text = files.find(({ path }) => path.endsWith("/kubelet.conf"))?.content ?? "";
  const config = parseKubeconfig(text);
  const certificate = fromBase64(config && currentContext(config).user?.user["client-certificate-data"]) ?? "";
  return { ca: authority.certificate.pem, kubeconfig: withRotatedCertificate(text), certificate };
}

beforeAll(async () => {
  [own, other] = [await credentials(), await credentials()];
});

const expected = (fields: object = {}) => ({ ca: own.ca, nodeName: "ref1", now: sampleNow, ...fields });
const years = (count: number) => new Date(sampleNow.getTime() + count * 365.25 * 86_400_000);

describe("what a worker's kubelet has to show", () => {
  it("is usable with a live certificate of this cluster for this Node", () => {
    expect(judgeIdentity(own, expected())).toEqual({ kind: "usable" });
    expect(judgeIdentity(own, expected({ ca: `${other.ca}${own.ca}` }))).toEqual({ kind: "usable" });
  });

  it("is none before it joined", () => {
    expect(judgeIdentity({ ...own, kubeconfig: undefined }, expected())).toEqual({ kind: "none" });
  });

  it("is foreign with another cluster's authority, whatever else is wrong", () => {
    expect(judgeIdentity({ ...other, certificate: undefined }, expected())).toEqual({ kind: "foreign" });
  });

  it("is stale when the certificate is lost, has ended or is another Node's, and when there is nothing to read", () => {
    const because = (found: Parameters<typeof judgeIdentity>[0], fields: object = {}) => {
      const identity = judgeIdentity(found, expected(fields));
      return identity.kind === "stale" ? identity.because : identity.kind;
    };
    expect(because({ ...own, certificate: undefined })).toBe("its certificate is not there");
    expect(because(own, { now: years(2) })).toMatch(/^its certificate ended on 2027-11-/);
    expect(because(own, { nodeName: "ref2" })).toBe("its certificate is that of system:node:ref1");
    expect(because({ ...own, kubeconfig: "" })).toContain("no kubeconfig");
    expect(because({ ...own, kubeconfig: "{" })).toContain("no kubeconfig");
  });
});

describe("kubelet.conf of a control plane", () => {
  it("takes the certificate from the file that the kubelet keeps up to date", () => {
    const config = parseKubeconfig(own.kubeconfig);
    const pem = "/var/lib/kubelet/pki/kubelet-client-current.pem";
    expect(config?.users?.map(({ user }) => user)).toEqual([{ "client-certificate": pem, "client-key": pem }]);
    expect(withRotatedCertificate(own.kubeconfig)).toBe(own.kubeconfig);
    expect(withRotatedCertificate("{")).toBe("{");
  });
});
