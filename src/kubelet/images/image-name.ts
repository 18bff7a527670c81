/** Normalizes an image name as the distribution reference does: domain, `library/`, tag; undefined when it is none. */
export function normalizeImage(image: string): string | undefined {
  const match = /^([^@\s]+?)(@[a-z0-9+._-]+:[0-9a-fA-F]{32,})?$/.exec(image);
  if (!match?.[1]) return undefined;
  const [, named, digest = ""] = match;
  const tagAt = named.lastIndexOf(":");
  const hasTag = tagAt > named.lastIndexOf("/");
  const repository = hasTag ? named.slice(0, tagAt) : named;
  const tag = hasTag ? named.slice(tagAt + 1) : "";
  const [first = "", ...rest] = repository.split("/");
  const hasDomain = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const domain = hasDomain ? first : "docker.io";
  const path = hasDomain ? rest.join("/") : repository;
  const component = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
  if (path === "" || !path.split("/").every((part) => component.test(part))) return undefined;
  if (hasTag && !/^[\w][\w.-]{0,127}$/.test(tag)) return undefined;
  const full = domain === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  const suffix = digest || `:${tag || "latest"}`;
  return `${domain}/${full}${hasTag && digest ? `:${tag}` : ""}${suffix}`;
}
