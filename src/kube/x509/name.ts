import { childrenOf, type DerValue, der, oid, readOid, sequence, tags } from "./der.ts";

/** The parts of a distinguished name that Kubernetes reads: the user (CN) and its groups (O). */
export type Name = { readonly commonName: string; readonly organizations: readonly string[]; readonly others: boolean };

const commonName = "2.5.4.3";
const organization = "2.5.4.10";

/** The DER of a name of groups and a user. */
export function encodeName({ commonName: cn, organizations }: Pick<Name, "commonName" | "organizations">): Buffer {
  const attribute = (type: string, value: string) => sequence(oid(type), der(tags.utf8String, Buffer.from(value)));
  const sets = organizations.map((value) => der(tags.set, attribute(organization, value)));
  return sequence(...sets, der(tags.set, attribute(commonName, cn)));
}

export function readName(name: DerValue): Name {
  const found = { commonName: "", organizations: [] as string[], others: false };
  for (const attribute of childrenOf(name).flatMap(childrenOf)) {
    const [type, value] = childrenOf(attribute);
    const id = type ? readOid(type) : "";
    const text = value?.contents.toString() ?? "";
    if (id === commonName) found.commonName = text;
    else if (id === organization) found.organizations.push(text);
    else found.others = true;
  }
  return found;
}
