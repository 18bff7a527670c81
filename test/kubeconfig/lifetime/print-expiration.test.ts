import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderPki } from "../../../src/certs/pki/pki.ts";
import { expirationInfo } from "../../../src/kubeconfig/lifetime/expiration.ts";
import { expirationObject, expirationText } from "../../../src/kubeconfig/lifetime/print-expiration.ts";
import { renderKubeconfigs } from "../../../src/kubeconfig/render-kubeconfigs.ts";
import { asExisting, inputWith, sampleMaking, sampleNow } from "../../kubeadm-sample.ts";

const input = inputWith();
const making = sampleMaking();
const pki = await renderPki(input, new Map(), making);
const authority = pki.authorities.get("ca");
if (!authority) throw new Error("no authority");
const kubeconfigs = await renderKubeconfigs(input, { authority, existing: new Map(), making });
const existing = asExisting([...pki.files, ...kubeconfigs.files]);
const soonAfter = new Date(sampleNow.getTime() + 120_000);

describe("certs check-expiration", () => {
  it("prints kubeadm's tables", () => {
    const expected = readFileSync(join(import.meta.dirname, "fixtures/check-expiration.txt"), "utf8");
    expect(expirationText(expirationInfo({ cluster: input.cluster, existing }), soonAfter)).toBe(expected);
  });

  it("marks what is missing and what an external authority manages", () => {
    const partly = new Map([...existing].filter(([path]) => !/ca\.key$|apiserver\.crt$/.test(path)));
    const info = expirationInfo({ cluster: input.cluster, existing: partly });
    expect(expirationText(info, soonAfter)).toContain("\n!MISSING! apiserver ");
    expect(expirationText(info, soonAfter)).toMatch(/\nadmin\.conf .* ca +yes/);
    const { certificates } = expirationObject(info, soonAfter);
    expect(certificates.find(({ name }) => name === "apiserver")).toEqual({
      name: "apiserver",
      expirationDate: null,
      residualTime: 0,
      externallyManaged: true,
      caName: "ca",
      missing: true,
    });
  });

  it("gives dates and seconds to programs", () => {
    const object = expirationObject(expirationInfo({ cluster: input.cluster, existing }), soonAfter);
    expect(object).toMatchObject({ kind: "CertificateExpirationInfo", apiVersion: "output.kubeadm.k8s.io/v1alpha3" });
    expect(object.certificates[0]).toEqual({
      name: "admin.conf",
      expirationDate: "2027-11-21T06:22:07Z",
      residualTime: 31_536_000 - 120,
      externallyManaged: false,
      caName: "ca",
    });
    expect(object.certificateAuthorities.map(({ name }) => name)).toEqual(["ca", "etcd-ca", "front-proxy-ca"]);
  });
});
