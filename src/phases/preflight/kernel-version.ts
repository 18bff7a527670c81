/** Major and minor of a version that begins with digits, as `uname -r` and Kubernetes write them: 6.1.0-13-amd64, v1.36.2. */
export function parseVersion(text: string): readonly [major: number, minor: number] {
  const [, major = "0", minor = "0"] = /^v?(\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major), Number(minor)];
}
