import { isNotFound } from "../../../kube/api-error.ts";
import { keyOf, splitKey } from "../../../kube/informer/store.ts";
import type { Secret } from "../../../kube/kinds/config.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, KeyedWorker } from "../framework/controller.ts";
import { bootstrapTokenOf, isExpired } from "./bootstrap-token.ts";

/** Deletes bootstrap tokens when they expire. */
export const tokenCleaner: Controller = {
  name: "token-cleaner-controller",
  alias: "tokencleaner",
  account: "token-cleaner",
  disabledByDefault: true,
  start(context) {
    const secrets = context.informers.of<Secret>(resources.secrets);
    const worker: KeyedWorker = new KeyedWorker(context, "token_cleaner", async (key) => {
      const secret = secrets.store.get(key);
      const token = secret && bootstrapTokenOf(secret);
      if (token?.expiresAtMs === undefined) return;
      if (!isExpired(token, context.now())) return worker.addAfter(key, token.expiresAtMs - context.now());
      const { uid, resourceVersion } = secret?.metadata ?? {};
      const preconditions = { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) };
      try {
        await context.client.delete(resources.secrets, splitKey(key), { preconditions });
      } catch (thrown) {
        if (!isNotFound(thrown)) throw thrown;
      }
    });
    const changed = (secret: Secret) => {
      if (bootstrapTokenOf(secret)) worker.add(keyOf(secret));
    };
    return () => {
      secrets.addHandler({ added: changed, updated: (_, secret) => changed(secret) });
      worker.run();
    };
  },
};
