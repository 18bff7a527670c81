/** The forms of names, with upstream's sentences. */
const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const labelPattern = new RegExp(`^${label}$`);
const label1035Pattern = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const subdomainPattern = new RegExp(`^${label}(\\.${label})*$`);
const qualifiedNamePattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const subdomainSentence =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelSentence =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const label1035Sentence =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const qualifiedSentence =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const labelValueSentence =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** Each gives the complaints about a value; none means it is good. */
export function dnsSubdomain(value: string): string[] {
  return [...longer(value, 253), ...unless(subdomainPattern.test(value), subdomainSentence)];
}

export function dnsLabel(value: string): string[] {
  return [...longer(value, 63), ...unless(labelPattern.test(value), labelSentence)];
}

export function dnsLabel1035(value: string): string[] {
  return [...longer(value, 63), ...unless(label1035Pattern.test(value), label1035Sentence)];
}

export function pathSegment(value: string): string[] {
  if (value === "." || value === "..") return [`may not be '${value}'`];
  return ["/", "%"].filter((char) => value.includes(char)).map((char) => `may not contain '${char}'`);
}

/** A key of a label or annotation: an optional DNS prefix and a name. */
export function qualifiedName(value: string): string[] {
  const parts = value.split("/");
  if (parts.length > 2) {
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const [prefix, name = ""] = parts.length === 2 ? parts : [undefined, parts[0]];
  const prefixProblems =
    prefix === undefined
      ? []
      : prefix === ""
        ? ["prefix part must be non-empty"]
        : dnsSubdomain(prefix).map((text) => `prefix part ${text}`);
  if (name === "") return [...prefixProblems, "name part must be non-empty", qualifiedSentence];
  return [
    ...prefixProblems,
    ...longer(name, 63).map((text) => `name part ${text}`),
    ...unless(qualifiedNamePattern.test(name), qualifiedSentence),
  ];
}

export function labelValue(value: string): string[] {
  return [...longer(value, 63), ...unless(value === "" || qualifiedNamePattern.test(value), labelValueSentence)];
}

export function longer(value: string, max: number): string[] {
  return value.length > max ? [`must be no more than ${max} bytes`] : [];
}

function unless(good: boolean, sentence: string): string[] {
  return good ? [] : [sentence];
}
