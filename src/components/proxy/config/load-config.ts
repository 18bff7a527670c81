import { readFileSync } from "node:fs";
import { messageOf } from "../../../base/errors.ts";
import { parseYaml } from "../../../base/yaml.ts";
import { type FlagTable, parseFlags } from "../../../kube/program/flags.ts";
import { type ProxyConfig, proxyConfig } from "./proxy-config.ts";

const flags = {
  config: { kind: "string", default: "" },
  "hostname-override": { kind: "string", default: "" },
  cleanup: { kind: "boolean", default: "false" },
  v: { kind: "number", default: "0" },
} as const satisfies FlagTable;

export type CommandLine =
  /** --cleanup: take all rules away, and end. */
  { readonly kind: "cleanup" } | { readonly kind: "run"; readonly configFile: string; readonly config: ProxyConfig };

/** Reads the flags and the file that --config names; throws for what is unknown, wrong or not served. */
export function loadConfig(argv: readonly string[], hostname: string): CommandLine {
  const values = parseFlags(flags, argv);
  if (values.cleanup) return { kind: "cleanup" };
  if (!values.config) throw new Error("--config is required");
  try {
    const config = proxyConfig(parseYaml(readFileSync(values.config, "utf8")), values["hostname-override"]);
    return { kind: "run", configFile: values.config, config: { ...config, nodeName: config.nodeName || hostname } };
  } catch (thrown) {
    throw new Error(`${values.config}: ${messageOf(thrown)}`, { cause: thrown });
  }
}
