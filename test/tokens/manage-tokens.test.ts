import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { joinCommand } from "../../src/tokens/join-command.ts";
import type { KnownToken } from "../../src/tokens/known-token.ts";
import { tokenObject, tokenTable } from "../../src/tokens/print-tokens.ts";

const table = readFileSync(join(import.meta.dirname, "fixtures/token-list.txt"), "utf8");
const known: KnownToken[] = [...table.matchAll(/^([a-z0-9]{6})\.([a-z0-9]{16}) +\S+ +(\S+)/gm)].map(
  ([, id = "", secret = "", expires = ""]) => ({
    id,
    secret,
    description: "",
    expires: new Date(expires),
    usages: ["authentication", "signing"],
    groups: ["system:bootstrappers:kubeadm:default-node-token"],
  }),
);

describe("token list", () => {
  it("prints kubeadm's columns", () => {
    const now = new Date("2026-11-21T06:50:00Z");
    // kubeadm pads the description as wide as one that it no longer shows
    const squeezed = (text: string) => text.replace(/ {3,}/g, "   ");
    expect(squeezed(tokenTable(known, now))).toBe(squeezed(table));
  });

  it("prints nothing where there are no tokens, and words for what a token lacks", () => {
    const now = new Date("2026-11-21T06:50:00Z");
    expect(tokenTable([], now)).toBe("");
    const [first] = known as [KnownToken];
    const bare = { ...first, expires: undefined, usages: [], groups: [] };
    expect(tokenTable([bare], now).split("\n")[1]).toMatch(/<forever> +<never> +<none> +<none> +<none>$/);
    expect(tokenTable([{ ...first, expires: new Date(0) }], now)).toContain("<invalid>");
  });

  it("gives programs one object a token", () => {
    expect(tokenObject(known[0] as KnownToken)).toEqual({
      kind: "BootstrapToken",
      apiVersion: "output.kubeadm.k8s.io/v1alpha3",
      token: "8b7fkd.0wvzon0et75n8wie",
      expires: "2026-11-22T06:24:28Z",
      usages: ["authentication", "signing"],
      groups: ["system:bootstrappers:kubeadm:default-node-token"],
    });
  });
});

describe("joinCommand", () => {
  it("is one line, with the control plane's words where a certificate key is given", () => {
    const command = { endpoint: "10.0.0.1:6443", token: "abcdef.0123456789abcdef", pins: ["sha256:aa", "sha256:bb"] };
    expect(joinCommand(command)).toBe(
      "slipway join 10.0.0.1:6443 --token abcdef.0123456789abcdef --discovery-token-ca-cert-hash sha256:aa --discovery-token-ca-cert-hash sha256:bb",
    );
    expect(joinCommand({ ...command, certificateKey: "00ff" })).toMatch(/ --control-plane --certificate-key 00ff$/);
  });
});
