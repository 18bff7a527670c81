/** 2 for containerd 1.x, 3 since 2.0. */
export type ConfigFormat = 2 | 3;

/** The config format that a version of containerd speaks natively; all that are known read format 2. */
export function configFormatOf(version: string | undefined): ConfigFormat {
  return Number.parseInt(version ?? "", 10) >= 2 ? 3 : 2;
}
