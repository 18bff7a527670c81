import { dump, load, loadAll, YAML11_SCHEMA } from "js-yaml";

/** YAML as Kubernetes writes it: two spaces, sequences not indented, no anchors, no folding, keys in the order given. */
export function yaml(value: unknown): string {
  return dump(value, { noRefs: true, lineWidth: -1, seqNoIndent: true, quoteStyle: "double" });
}

/** Many documents in one text, each with its separator. */
export function yamlDocuments(values: readonly unknown[]): string {
  return values.map((value) => `---\n${yaml(value)}`).join("");
}

/** Parses one document with YAML 1.1 scalars, as kubectl and kubeadm do; throws YAMLException with line and column. */
export function parseYaml(text: string): unknown {
  return load(text, { schema: YAML11_SCHEMA });
}

/** Parses every non-empty document of a text. */
export function parseYamlDocuments(text: string): unknown[] {
  return loadAll(text, { schema: YAML11_SCHEMA }).filter((document) => document !== null && document !== undefined);
}
