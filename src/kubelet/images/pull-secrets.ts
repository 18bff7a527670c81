import type { AuthConfig } from "../../kube/cri/image.ts";
import type { Pod } from "../api/pod.ts";
import type { ConfigStore, Secret } from "../env/container-environment.ts";

export type PullSecrets = {
  /** Credentials of a pod's imagePullSecrets that fit an image, most specific registry first. */
  authsFor(pod: Pod, image: string): Promise<readonly AuthConfig[]>;
};

export function pullSecrets(config: ConfigStore): PullSecrets {
  return {
    async authsFor(pod, image) {
      const names = (pod.spec.imagePullSecrets ?? []).flatMap(({ name }) => name ?? []);
      const secrets = await Promise.all(
        names.map((name) => config.secret(pod.metadata.namespace ?? "", name).catch(() => undefined)),
      );
      return matchingAuths(
        secrets.flatMap((secret) => (secret ? registriesOf(secret) : [])),
        image,
      );
    },
  };
}

type Registry = { readonly registry: string; readonly auth: AuthConfig };
type DockerAuth = { username?: string; password?: string; auth?: string };

function registriesOf(secret: Secret): Registry[] {
  const modern = secret.data?.[".dockerconfigjson"];
  const legacy = secret.data?.[".dockercfg"];
  const auths = modern ? (json(modern).auths as Record<string, DockerAuth> | undefined) : legacy ? json(legacy) : {};
  return Object.entries((auths ?? {}) as Record<string, DockerAuth>).map(([registry, auth]) => ({
    registry: registry.replace(/^https?:\/\//, "").replace(/\/(v[12]\/?)?$/, ""),
    auth: credentialsOf(auth),
  }));
}

function credentialsOf({ username, password, auth }: DockerAuth): AuthConfig {
  if (username !== undefined || auth === undefined) return { username: username ?? "", password: password ?? "" };
  const [user = "", ...rest] = Buffer.from(auth, "base64").toString("utf8").split(":");
  return { username: user, password: rest.join(":") };
}

function json(base64: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(base64, "base64").toString("utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Exact host or `*.` pattern, and a path that the image's begins with (credentialprovider/keyring.go). */
function matchingAuths(registries: readonly Registry[], image: string): AuthConfig[] {
  return registries
    .filter(({ registry }) => matches(registry === "index.docker.io" ? "docker.io" : registry, image))
    .sort((a, b) => b.registry.length - a.registry.length)
    .map(({ auth }) => auth);
}

function matches(pattern: string, image: string): boolean {
  const [host = "", ...path] = pattern.split("/");
  const [imageHost = "", ...imagePath] = image.split("/");
  const hostParts = host.split(".");
  const imageParts = imageHost.split(".");
  const hostMatches =
    hostParts.length === imageParts.length &&
    hostParts.every((part, index) => matchesLabel(part, imageParts[index] ?? ""));
  return hostMatches && imagePath.join("/").startsWith(path.join("/"));
}

/** `*` stands for any characters. Names come from users' secrets, so no expression is made of them. */
function matchesLabel(pattern: string, label: string): boolean {
  const [head = "", ...tails] = pattern.split("*");
  const last = tails.pop();
  if (last === undefined) return pattern === label;
  if (!label.startsWith(head)) return false;
  let position = head.length;
  for (const tail of tails) {
    const found = label.indexOf(tail, position);
    if (found < 0) return false;
    position = found + tail.length;
  }
  return label.length - last.length >= position && label.endsWith(last);
}
