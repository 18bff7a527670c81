import type { SlipwayError } from "../../base/errors.ts";
import type { ExistingFiles, RenderedFile } from "../../base/rendered-file.ts";
import type { ClusterConfiguration } from "../../config/kubeadm/cluster-configuration.ts";
import type { ControlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";
import type { Certificate } from "../../x509/certificate.ts";
import { existingAuthority, existingLeaf, type FoundAuthority, type FoundLeaf } from "./existing-material.ts";
import type { Making } from "./making.ts";
import { makeAuthority, makeLeaf, widenedLeaf } from "./new-material.ts";
import { pkiError } from "./pki-error.ts";
import {
  type AuthorityName,
  type AuthorityProfile,
  authorities,
  type LeafName,
  type LeafProfile,
  leaves,
} from "./profiles.ts";
import { renderServiceAccountKeys } from "./service-account-keys.ts";

export type PkiName = AuthorityName | LeafName | "sa";

/** What of a PKI had to be made, and what stood there already and was found good. */
export type Pki = {
  /** New files, each key before its certificate, and certificates that take the place of narrower ones. */
  readonly files: readonly RenderedFile[];
  readonly kept: readonly PkiName[];
  readonly authorities: ReadonlyMap<AuthorityName, FoundAuthority>;
};

type Request = {
  readonly input: ControlPlaneInput;
  readonly existing: ExistingFiles;
  readonly making: Making;
  readonly wanted: ReadonlySet<PkiName>;
};
type Part = { readonly files: readonly RenderedFile[]; readonly kept: readonly PkiName[] };

/** Where something of the PKI stands, under certificatesDir and without .crt, .key or .pub. */
export function pkiFile(name: PkiName): string {
  return [...authorities, ...leaves].find((profile) => profile.name === name)?.file ?? "sa";
}

/** The names of all that belongs to this cluster's PKI, in kubeadm's order. */
export function pkiNames({ etcd }: Pick<ClusterConfiguration, "etcd">): readonly PkiName[] {
  const here = authorities.filter((authority) => !authority.isForLocalEtcd || !etcd.external);
  return [...here.flatMap(({ name }) => [name, ...leavesOf(name).map((leaf) => leaf.name)]), "sa"];
}

/**
 * Makes what is missing of kubeadm's PKI and checks what is there; a certificate that lacks names is signed anew with them. `only` narrows it to some names; the authorities that
 * those need must then stand already. Throws SlipwayError for material that doesn't hold.
 */
export async function renderPki(
  input: ControlPlaneInput,
  existing: ExistingFiles,
  making: Making,
  only: readonly PkiName[] = pkiNames(input.cluster),
): Promise<Pki> {
  const request: Request = { input, existing, making, wanted: new Set(only) };
  const concerned = authorities.filter(({ name }) => isConcerned(name, request));
  const families = await Promise.all(concerned.map((authority) => renderFamily(authority, request)));
  const parts: readonly Part[] = [...families, await serviceAccount(request)];
  return {
    files: parts.flatMap(({ files }) => files),
    kept: parts.flatMap(({ kept }) => kept),
    authorities: new Map(families.map(({ name, authority }) => [name, authority])),
  };
}

function leavesOf(authority: AuthorityName): readonly (LeafProfile & { readonly name: LeafName })[] {
  return leaves.filter((leaf) => leaf.authority === authority);
}

function isConcerned(name: AuthorityName, { wanted }: Request): boolean {
  return wanted.has(name) || leavesOf(name).some((leaf) => wanted.has(leaf.name));
}

/** An authority and the certificates that it signs. */
async function renderFamily(
  profile: AuthorityProfile & { readonly name: AuthorityName },
  request: Request,
): Promise<Part & { name: AuthorityName; authority: FoundAuthority }> {
  const { input, existing, making, wanted } = request;
  const base = `${input.cluster.certificatesDir}/${profile.file}`;
  const found = existingAuthority(existing, base, making.now);
  if (!found && !wanted.has(profile.name)) {
    const remedy = `run \`init phase certs ${profile.name}\` first`;
    throw pkiError("CA_MISSING", { path: `${base}.crt`, message: "is missing and is needed to sign", remedy });
  }
  const made = found ? undefined : await makeAuthority(profile, input.cluster, making);
  const authority = found ?? (made as NonNullable<typeof made>).authority;
  const mine = leavesOf(profile.name).filter((leaf) => wanted.has(leaf.name));
  const parts = await Promise.all(mine.map((leaf) => renderLeaf(leaf, authority, request)));
  return {
    name: profile.name,
    authority,
    files: [...(made?.files ?? []), ...parts.flatMap(({ files }) => files)],
    kept: [...(found && wanted.has(profile.name) ? [profile.name] : []), ...parts.flatMap(({ kept }) => kept)],
  };
}

async function renderLeaf(
  profile: LeafProfile & { readonly name: LeafName },
  authority: FoundAuthority,
  { input, existing, making }: Request,
): Promise<Part> {
  const path = `${input.cluster.certificatesDir}/${profile.file}.crt`;
  const expected = { authority: authority.certificate, names: profile.names(input), now: making.now };
  const found = existingLeaf(existing, path.slice(0, -".crt".length), expected);
  if (found?.missing.length === 0) return { files: [], kept: [profile.name] };
  const { certificate, privateKey } = authority;
  if (!privateKey) throw unsigned(path, certificate, found);
  const signing = { certificate, privateKey };
  if (!found) return { files: await makeLeaf(profile, signing, input, making), kept: [] };
  const content = widenedLeaf(found.certificate, signing, {
    names: expected.names,
    period: input.cluster.certificateValidityPeriod,
    making,
  });
  return { files: [{ path, mode: 0o644, content }], kept: [] };
}

/** Something is to be signed, and the authority's key is not here. */
function unsigned(path: string, { subject }: Certificate, found: FoundLeaf | undefined): SlipwayError {
  const remedy = `have it signed by that authority (see \`certs generate-csr\`), or put the authority's key beside its certificate`;
  const external = `the authority ${subject.commonName} is external: its key is not here`;
  if (!found) return pkiError("EXTERNAL_CA", { path, message: `is missing, and ${external}`, remedy });
  const message = `lacks the names ${found.missing.join(", ")}, and ${external}`;
  return pkiError("CERTIFICATE_LACKS_NAMES", { path, message, remedy });
}

async function serviceAccount({ input, existing, making, wanted }: Request): Promise<Part> {
  if (!wanted.has("sa")) return { files: [], kept: [] };
  const files = await renderServiceAccountKeys(input.cluster, existing, making);
  return { files, kept: files.length === 0 ? ["sa"] : [] };
}
