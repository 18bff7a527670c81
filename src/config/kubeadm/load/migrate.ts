import { type Document, readDocuments } from "../../document.ts";
import type { Issue, Parsed } from "../../issue.ts";
import { kubeProxyApiVersion } from "../../kube-proxy/kube-proxy-configuration.ts";
import { kubeletApiVersion } from "../../kubelet/kubelet-configuration.ts";
import { kubeadmApiGroup } from "../constants.ts";
import type { HostDefaults } from "../defaults/host-defaults.ts";
import { kubeadmKinds, printKind } from "../kinds.ts";
import { loadInit } from "./load-init.ts";
import { loadJoin, loadReset, loadUpgrade } from "./load-single.ts";

const strict = { strict: true };
const componentGroups = [kubeletApiVersion, kubeProxyApiVersion].map((version) => version.split("/")[0]);

/**
 * Rewrites a file in the current version: defaulted and validated, each kind a document. Component configurations are left
 * out, as kubeadm leaves them; a document of another group or an unknown field is an error.
 */
export function migrate(text: string, host: HostDefaults): Parsed<string> {
  const parsed = readStrictly(text, host);
  return parsed.kind === "invalid" ? parsed : { ...parsed, value: parsed.value.join("---\n") };
}

/** Reads every kubeadm document of a file strictly; gives them printed, in the order in which they are listed. */
export function readStrictly(text: string, host: HostDefaults): Parsed<readonly string[]> {
  const read = readDocuments(text);
  if (read.kind === "invalid") return read;
  const issues = read.value.flatMap(foreignDocument);
  const kinds = new Set(read.value.filter(({ group }) => group === kubeadmApiGroup).map(({ kind }) => kind));
  if (kinds.size === 0) issues.push({ path: "", code: "WRONG_KIND", message: "no document of kubeadm.k8s.io" });
  if (issues.length > 0) return { kind: "invalid", issues };
  return together([
    ...(kinds.has("InitConfiguration") || kinds.has("ClusterConfiguration") ? [printedInit(text, host)] : []),
    ...(kinds.has("JoinConfiguration") ? [printed("JoinConfiguration", loadJoin(text, host, strict))] : []),
    ...(kinds.has("ResetConfiguration") ? [printed("ResetConfiguration", loadReset(text, host, strict))] : []),
    ...(kinds.has("UpgradeConfiguration") ? [printed("UpgradeConfiguration", loadUpgrade(text, strict))] : []),
  ]);
}

/** Whether every document of a file names itself as one of kubeadm's or a component's; cluster files have others. */
export function isKubeadmFile(text: string): boolean {
  const read = readDocuments(text);
  return read.kind === "ok" && read.value.some(({ group }) => group === kubeadmApiGroup) && !read.value.some(isForeign);
}

function isForeign({ group }: Document): boolean {
  return group !== kubeadmApiGroup && !componentGroups.includes(group);
}

function foreignDocument({ apiVersion, group, kind }: Document): Issue[] {
  const isKnown = group === kubeadmApiGroup ? kind in kubeadmKinds : componentGroups.includes(group);
  return isKnown ? [] : [{ path: "", code: "WRONG_KIND", message: `${apiVersion} ${kind} is no kind of kubeadm` }];
}

function printedInit(text: string, host: HostDefaults): Parsed<readonly string[]> {
  const parsed = loadInit(text, host, strict);
  if (parsed.kind === "invalid") return parsed;
  const { init, cluster } = parsed.value;
  return { ...parsed, value: [printKind("InitConfiguration", init), printKind("ClusterConfiguration", cluster)] };
}

function printed<K extends "JoinConfiguration" | "ResetConfiguration" | "UpgradeConfiguration">(
  kind: K,
  parsed: Parsed<Parameters<typeof printKind<K>>[1]>,
): Parsed<readonly string[]> {
  return parsed.kind === "invalid" ? parsed : { ...parsed, value: [printKind(kind, parsed.value)] };
}

/** Each reader calls the documents of the others unused; that is no news here. */
function together(parts: readonly Parsed<readonly string[]>[]): Parsed<readonly string[]> {
  const issues = parts.flatMap((part) => (part.kind === "invalid" ? part.issues : []));
  if (issues.length > 0) return { kind: "invalid", issues };
  const good = parts.flatMap((part) => (part.kind === "ok" ? [part] : []));
  return {
    kind: "ok",
    value: good.flatMap(({ value }) => value),
    warnings: good.flatMap(({ warnings }) => warnings).filter(({ code }) => code !== "UNUSED_DOCUMENT"),
  };
}
