/** Huge pages of one size that the kernel keeps. */
export type HugepagePool = { readonly pageBytes: number; readonly pages: number };

/** `hugepages-2Mi`, the resource that pods ask for. */
export function hugepageResource(pageBytes: number): string {
  return `hugepages-${scaled(pageBytes, ["", "Ki", "Mi", "Gi"])}`;
}

/** `2MB`, as files of the hugetlb controller and the CRI name the size. */
export function hugepageSize(pageBytes: number): string {
  return scaled(pageBytes, ["B", "KB", "MB", "GB"]);
}

/** The size in the name of a directory of /sys/kernel/mm/hugepages, `hugepages-2048kB`, in bytes. */
export function hugepageDirectoryBytes(name: string): number | undefined {
  const kilobytes = /^hugepages-(\d+)kB$/.exec(name)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Bytes for each size that the kernel has, by its word for it: what is not asked for is 0, not unlimited. */
export function hugepageLimits(
  pools: readonly HugepagePool[],
  bytesOf: (resource: string) => number,
): Record<string, number> {
  return Object.fromEntries(
    pools.map(({ pageBytes }) => [hugepageSize(pageBytes), bytesOf(hugepageResource(pageBytes))]),
  );
}

function scaled(bytes: number, units: readonly string[]): string {
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${bytes / 1024 ** power}${units[power]}`;
}
