import type { ExistingFiles, RenderedFile } from "../../base/rendered-file.ts";
import type { Making } from "../../certs/pki/making.ts";
import { pkiError } from "../../certs/pki/pki-error.ts";
import { sealShared, unsealShared } from "../../certs/shared/shared-material.ts";
import type { ClusterConfiguration } from "../../config/kubeadm/cluster-configuration.ts";
import { isNotFound } from "../../kube/api-error.ts";
import type { KubeClient } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";
import {
  uploadedCertsName,
  uploadedCertsRbac,
  uploadedCertsSecret,
  uploadedCertsTtlToken,
} from "../../manifests/cluster/uploaded-certs.ts";
import { newToken } from "../../tokens/bootstrap-token.ts";
import type { ClusterChange } from "../engine/phase.ts";
import { convergeObjects } from "./objects.ts";

type Upload = {
  readonly cluster: ClusterConfiguration;
  /** The files to share, by path. */
  readonly files: ExistingFiles;
  /** The certificate key: who has it can open them. */
  readonly key: string;
  readonly making: Pick<Making, "now" | "random">;
};

/**
 * Puts the certificates that control planes share into the cluster, sealed, for two hours (app/phases/copycerts/): the Secret
 * belongs to a token that expires, and goes with it.
 */
export async function uploadCerts(
  client: KubeClient,
  { cluster, files, key, making }: Upload,
): Promise<readonly ClusterChange[]> {
  const token = uploadedCertsTtlToken(newToken(making.random), making.now);
  const first = await convergeObjects(client, [token, ...uploadedCertsRbac()], "apply");
  const { name = "", namespace } = token.metadata;
  const owner = await client.get(resources.secrets, { name, namespace });
  const data = sealShared(cluster, files, { key, random: making.random });
  return [...first, ...(await convergeObjects(client, [uploadedCertsSecret(data, owner)], "apply"))];
}

/** The shared files from the cluster; throws SHARED_CERTS_EXPIRED when nobody uploaded any in the last two hours. */
export async function downloadCerts(
  client: KubeClient,
  cluster: ClusterConfiguration,
  key: string,
): Promise<readonly RenderedFile[]> {
  const secret = await client
    .get<KubeObject & { data?: Record<string, string> }>(resources.secrets, {
      name: uploadedCertsName,
      namespace: "kube-system",
    })
    .catch((thrown: unknown) => {
      throw isNotFound(thrown) ? expired() : thrown;
    });
  return unsealShared(cluster, secret.data ?? {}, key);
}

function expired() {
  return pkiError("SHARED_CERTS_EXPIRED", {
    path: `Secret kube-system/${uploadedCertsName}`,
    message: "is not there: the shared certificates were never uploaded, or their two hours are over",
    remedy: "on a control plane: slipway init --phase upload-certs --upload-certs",
  });
}
