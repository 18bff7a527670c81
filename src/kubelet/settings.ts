import { existsSync, readFileSync } from "node:fs";
import { messageOf, SlipwayError } from "../base/errors.ts";
import { parseYaml } from "../base/yaml.ts";
import type { KubeletConfiguration } from "./config/kubelet-configuration.ts";
import { configurationFrom, settingsOf, settingsWithoutEffect } from "./config/load-configuration.ts";
import type { OwnFlags } from "./flags.ts";
import { parseFlags } from "./flags.ts";

export type KubeletSettings = {
  readonly flags: OwnFlags;
  readonly config: KubeletConfiguration;
  /** Fields of the file that were taken but change nothing. */
  readonly withoutEffect: readonly string[];
};

/** Flags over the file over defaults; throws KUBELET_FLAG or KUBELET_CONFIG. */
export function loadSettings(argv: readonly string[]): KubeletSettings {
  const { own, settings } = parseFlags(argv);
  const document = own.config ? readDocument(own.config) : undefined;
  const fromFile = document === undefined ? new Map<string, unknown>() : settingsOf(document, own.config);
  const merged = new Map([...fromFile, ...settings]);
  return {
    flags: own,
    config: configurationFrom(merged, own.config || "flags"),
    withoutEffect: settingsWithoutEffect(document),
  };
}

function readDocument(path: string): unknown {
  if (!existsSync(path)) {
    throw new SlipwayError({
      code: "KUBELET_CONFIG",
      exit: "configuration",
      message: `failed to load kubelet config file, path: ${path}: no such file or directory`,
      tried: path,
      remedy: "kubeadm init or join writes this file",
    });
  }
  try {
    return parseYaml(readFileSync(path, "utf8"));
  } catch (thrown) {
    throw new SlipwayError(
      { code: "KUBELET_CONFIG", exit: "configuration", message: messageOf(thrown), tried: path },
      { cause: thrown },
    );
  }
}
