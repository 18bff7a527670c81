import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RenderedFile } from "../src/base/rendered-file.ts";
import { generateKeys } from "../src/certs/key-pair.ts";
import type { Making } from "../src/certs/pki/making.ts";
import type { Document } from "../src/config/document.ts";
import { requireValid } from "../src/config/issue.ts";
import { kubeadmDocument } from "../src/config/kubeadm/flags/init-flags.ts";
import type { InitInput } from "../src/config/kubeadm/load/init-input.ts";
import { initOf, loadInit } from "../src/config/kubeadm/load/load-init.ts";
import { type ControlPlaneInput, controlPlaneInput } from "../src/config/kubeadm/values/control-plane-node.ts";

/** What a host supplies in tests: nothing that depends on this machine. */
export const sampleHost = {
  hostname: "ref1",
  advertiseAddress: "10.89.0.21",
  newToken: () => "abcdef.0123456789abcdef",
} as const;

export const sampleNow = new Date("2026-11-21T06:22:07Z");

/** The file with which the golden data was made, its registry spelled out. */
export const sampleConfig = readFileSync(join(import.meta.dirname, "manifests/fixtures/kubeadm.yaml"), "utf8");

export function sampleInit(): InitInput {
  return requireValid(loadInit(sampleConfig, sampleHost), "kubeadm.yaml");
}

/** A complete configuration from a few fields; elliptic curves, because RSA keys take their time. */
export function initWith(cluster: Record<string, unknown> = {}, init: Record<string, unknown> = {}): InitInput {
  return requireValid(initOf(documentsWith(cluster, init), sampleHost), "fields");
}

export function documentsWith(
  cluster: Record<string, unknown>,
  init: Record<string, unknown> = {},
): readonly Document[] {
  return [
    kubeadmDocument("InitConfiguration", init),
    kubeadmDocument("ClusterConfiguration", { encryptionAlgorithm: "ECDSA-P256", ...cluster }),
  ];
}

export function inputWith(
  cluster: Record<string, unknown> = {},
  init: Record<string, unknown> = {},
): ControlPlaneInput {
  return controlPlaneInput(initWith(cluster, init));
}

export function sampleMaking(now = sampleNow): Making {
  return { now, random: randomBytes, newKeyPair: () => generateKeys("ECDSA-P256") };
}

export function asExisting(files: readonly RenderedFile[]): Map<string, string> {
  return new Map(files.map(({ path, content }) => [path, content]));
}
