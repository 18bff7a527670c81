import { children, contentBytes, type Der, dotted, oid, sequence, set, text } from "./der.ts";

/** Who a certificate is for: in Kubernetes the user and its groups. */
export type Subject = { readonly commonName: string; readonly organizations: readonly string[] };

const organizationName = "2.5.4.10";
const commonName = "2.5.4.3";

/** The Name as Go's pkix encodes it: all organizations in one set, then the common name. */
export function encodeSubject(subject: Subject): Der {
  const organizations = subject.organizations.map((one) => sequence(oid(organizationName), text(one)));
  return sequence(
    ...(organizations.length > 0 ? [set(...organizations)] : []),
    ...(subject.commonName ? [set(sequence(oid(commonName), text(subject.commonName)))] : []),
  );
}

/** Reads organizations and common name; other attributes are passed over. */
export function decodeSubject(name: Der): Subject {
  const attributes = children(name)
    .flatMap((one) => children(one))
    .map((attribute) => {
      const [type, value] = children(attribute);
      return { type: dotted(type), value: contentBytes(value).toString("utf8") };
    });
  return {
    commonName: attributes.find(({ type }) => type === commonName)?.value ?? "",
    organizations: attributes.filter(({ type }) => type === organizationName).map(({ value }) => value),
  };
}
