import { messageOf } from "../../base/errors.ts";
import { yamlDocuments } from "../../base/yaml.ts";
import type { KubeClient } from "../../kube/client.ts";
import { type ResourceInfo, resources } from "../../kube/resources.ts";
import type { HostSource } from "../../phases/engine/run/workflow-run.ts";
import { adminClientOf } from "../admin-client.ts";
import type { SupportFile } from "./support-file.ts";
import { withoutSecrets } from "./without-secrets.ts";

export type CollectedApi =
  | { readonly kind: "up"; readonly through: string; readonly files: readonly SupportFile[] }
  | { readonly kind: "down"; readonly error: string };

/** Secrets are never asked for; of ConfigMaps only those of the cluster itself. */
const shown: readonly { resource: ResourceInfo; namespace?: string }[] = [
  { resource: resources.nodes },
  { resource: resources.pods },
  { resource: resources.events },
  { resource: resources.namespaces },
  { resource: resources.services },
  { resource: resources.endpointslices },
  { resource: resources.deployments },
  { resource: resources.replicasets },
  { resource: resources.daemonsets },
  { resource: resources.statefulsets },
  { resource: resources.persistentvolumes },
  { resource: resources.persistentvolumeclaims },
  { resource: resources.leases },
  { resource: resources.configmaps, namespace: "kube-system" },
];

/** What the API tells, through the first of these control planes where it answers. Never rejects. */
export async function collectApi(controlPlanes: readonly HostSource[]): Promise<CollectedApi> {
  const errors: string[] = [];
  for (const { name, connect } of controlPlanes) {
    try {
      const client = await adminClientOf(await connect());
      return { kind: "up", through: name, files: await filesOf(client).finally(() => client.close()) };
    } catch (thrown) {
      errors.push(`${name}: ${messageOf(thrown)}`);
    }
  }
  return { kind: "down", error: errors.join("\n") || "no control plane is selected" };
}

/** Rejects when the API does not answer at all; a list that fails is a file that says so. */
async function filesOf(client: KubeClient): Promise<readonly SupportFile[]> {
  const version = await client.request({ method: "GET", path: "/version" });
  const lists = await Promise.all(shown.map((one) => listFile(client, one)));
  return [{ path: "version.json", text: Buffer.from(version.body).toString("utf8") }, ...lists];
}

async function listFile(client: KubeClient, { resource, namespace }: (typeof shown)[number]): Promise<SupportFile> {
  const path = `${resource.resource}.yaml`;
  try {
    const { apiVersion, items } = await client.list(resource, namespace ? { namespace } : {});
    const objects = items.map((item) => withoutSecrets({ ...item, apiVersion, kind: resource.kind }));
    return { path, text: yamlDocuments(objects) };
  } catch (thrown) {
    return { path, text: `# failed: ${messageOf(thrown).replaceAll("\n", "\n# ")}\n` };
  }
}
