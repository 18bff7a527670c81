import { type Document, readDocuments } from "../../document.ts";
import { type Issue, judged, type Parsed, type Report } from "../../issue.ts";
import { defaultJoinConfiguration, defaultResetConfiguration } from "../defaults/dynamic-defaults.ts";
import type { HostDefaults } from "../defaults/host-defaults.ts";
import { type JoinConfiguration, joinConfiguration } from "../join-configuration.ts";
import { type ResetConfiguration, resetConfiguration } from "../reset-configuration.ts";
import { type UpgradeConfiguration, upgradeConfiguration } from "../upgrade-configuration.ts";
import { checkerFor } from "../validate/checker.ts";
import { checkJoinConfiguration } from "../validate/join-configuration.ts";
import { checkResetConfiguration, checkUpgradeConfiguration } from "../validate/reset-and-upgrade.ts";
import { kubeadmBodies, reportUnused } from "./kubeadm-documents.ts";
import type { Reading } from "./load-init.ts";

/** Reads a file for `join`: exactly a JoinConfiguration, other documents are told and passed over. */
export function loadJoin(text: string, host: HostDefaults, reading: Reading = {}): Parsed<JoinConfiguration> {
  const read = readDocuments(text);
  return read.kind === "invalid" ? read : joinOf(read.value, host, reading);
}

/** The same from documents: of a file, or of flags (`joinDocuments`). */
export function joinOf(
  documents: readonly Document[],
  host: HostDefaults,
  reading: Reading = {},
): Parsed<JoinConfiguration> {
  return decodeOnly("JoinConfiguration", { documents, reading }, (body, report) => {
    const join = defaultJoinConfiguration(joinConfiguration.decode(body, "", report), host);
    checkJoinConfiguration(join, checkerFor(report));
    return join;
  });
}

export function loadReset(text: string, host: HostDefaults, reading: Reading = {}): Parsed<ResetConfiguration> {
  return loadKind("ResetConfiguration", { text, reading }, (body, report) => {
    const reset = defaultResetConfiguration(resetConfiguration.decode(body, "", report), host);
    checkResetConfiguration(reset, checkerFor(report));
    return reset;
  });
}

export function loadUpgrade(text: string, reading: Reading = {}): Parsed<UpgradeConfiguration> {
  return loadKind("UpgradeConfiguration", { text, reading }, (body, report) => {
    const upgrade = upgradeConfiguration.decode(body, "", report);
    checkUpgradeConfiguration(upgrade, checkerFor(report));
    return upgrade;
  });
}

function loadKind<T>(
  kind: string,
  { text, reading }: { text: string; reading: Reading },
  decode: (body: unknown, report: Report) => T,
): Parsed<T> {
  const read = readDocuments(text);
  return read.kind === "invalid" ? read : decodeOnly(kind, { documents: read.value, reading }, decode);
}

function decodeOnly<T>(
  kind: string,
  { documents, reading }: { documents: readonly Document[]; reading: Reading },
  decode: (body: unknown, report: Report) => T,
): Parsed<T> {
  const issues: Issue[] = [];
  const report: Report = (issue) => issues.push(issue);
  const body = kubeadmBodies(documents, report)[kind];
  reportUnused(documents, (document) => document.kind === kind, report);
  if (!body) report({ path: "", code: "WRONG_KIND", message: `no ${kind} among the documents` });
  return judged(decode(body, report), issues, reading.strict ?? false);
}
