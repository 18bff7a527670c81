import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { isNotFound } from "../../../kube/api-error.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Secret, ServiceAccount } from "../../../kube/kinds/config.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { legacyToken } from "./legacy-token.ts";

const secretType = "kubernetes.io/service-account-token";
const accountName = "kubernetes.io/service-account.name";
const accountUid = "kubernetes.io/service-account.uid";

/** Fills token secrets that users make for a service account, and deletes them with the account. */
export const tokensController: Controller = {
  name: "serviceaccount-token-controller",
  alias: "serviceaccount-token",
  start(context) {
    const { informers, options } = context;
    const accounts = informers.of<ServiceAccount>(resources.serviceaccounts);
    const secrets = informers.of<Secret>(resources.secrets);
    if (!options["service-account-private-key-file"]) return () => undefined;
    const key = createPrivateKey(readFileSync(options["service-account-private-key-file"]));
    const rootCa = options["root-ca-file"] ? readFileSync(options["root-ca-file"]) : undefined;
    const worker = new KeyedWorker(context, "serviceaccount_tokens_service", async (secretKey) => {
      const secret = secrets.store.get(secretKey);
      if (!secret || secret.type !== secretType || secret.metadata.deletionTimestamp) return;
      const name = secret.metadata.annotations?.[accountName] ?? "";
      const account = accounts.store.get(`${secret.metadata.namespace}/${name}`);
      await settle(context, secret, { account, key, rootCa });
    });
    const ofAccount = ({ metadata }: ServiceAccount) => {
      for (const secret of secrets.store.list(metadata.namespace)) {
        if (secret.metadata.annotations?.[accountName] === metadata.name) worker.add(keyOf(secret));
      }
    };
    return () => {
      worker.follow(secrets);
      accounts.addHandler({ added: ofAccount, deleted: ofAccount });
      worker.run();
    };
  },
};

type Signing = { account: ServiceAccount | undefined; key: KeyObject; rootCa: Buffer | undefined };

async function settle(
  { client }: ControllerContext,
  secret: Secret,
  { key, rootCa, ...cached }: Signing,
): Promise<void> {
  const { name = "", namespace = "", annotations = {}, uid, resourceVersion } = secret.metadata;
  const isMeant = (one: ServiceAccount | undefined) =>
    one !== undefined && (annotations[accountUid] ?? one.metadata.uid) === one.metadata.uid;
  // the account may be newer than the cache: a secret that was made right after it must not be deleted
  const account = isMeant(cached.account)
    ? cached.account
    : await read(client, { name: annotations[accountName] ?? "", namespace });
  if (!account || !isMeant(account)) return remove(client, { name, namespace }, { uid, resourceVersion });
  const data = tokenData({ name, namespace }, secret, { account, key, rootCa });
  const isComplete = Object.entries(data).every(([field, value]) => secret.data?.[field] === value);
  if (isComplete && annotations[accountUid]) return;
  await client.update(resources.secrets, {
    ...secret,
    metadata: { ...secret.metadata, annotations: { ...annotations, [accountUid]: account.metadata.uid ?? "" } },
    data: { ...secret.data, ...data },
  });
}

function tokenData(
  { name, namespace }: { name: string; namespace: string },
  secret: Secret,
  { account, key, rootCa }: Signing & { account: ServiceAccount },
) {
  const { name: accountOf = "", uid = "" } = account.metadata;
  const token = legacyToken(key, { namespace, secret: name, account: accountOf, uid });
  return {
    token: secret.data?.token ?? Buffer.from(token).toString("base64"),
    namespace: Buffer.from(namespace).toString("base64"),
    ...(rootCa ? { "ca.crt": rootCa.toString("base64") } : {}),
  };
}

async function read(
  client: ControllerContext["client"],
  key: { name: string; namespace: string },
): Promise<ServiceAccount | undefined> {
  try {
    return await client.get<ServiceAccount>(resources.serviceaccounts, key);
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

async function remove(
  client: ControllerContext["client"],
  key: { name: string; namespace: string },
  { uid, resourceVersion }: { uid: string | undefined; resourceVersion: string | undefined },
): Promise<void> {
  try {
    const preconditions = { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) };
    await client.delete(resources.secrets, key, { preconditions });
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}
