import { yaml } from "../base/yaml.ts";
import type { LabPaths } from "./layout.ts";
import { sharedEndpoint } from "./shared-endpoint.ts";
import type { Role } from "./state.ts";

export type Reachable = { readonly name: string; readonly role: Role; readonly address: string };

/** The `Cluster` document that describes a lab's hosts to every other command. */
export function clusterFile(lab: string, hosts: readonly Reachable[], { key, knownHosts }: LabPaths): string {
  return yaml({
    apiVersion: "slipway.dev/v1",
    kind: "Cluster",
    metadata: { name: lab },
    spec: {
      ...sharedEndpoint(hosts),
      hosts: hosts.map(({ name, role, address }) => ({
        name,
        role,
        ssh: { address, user: "root", port: 22, keyPath: key, knownHosts },
      })),
    },
  });
}
