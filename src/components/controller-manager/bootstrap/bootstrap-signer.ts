import { isDeepStrictEqual } from "node:util";
import type { ConfigMap, Secret } from "../../../kube/kinds/config.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, KeyedWorker } from "../framework/controller.ts";
import { bootstrapTokenOf, isExpired, signedClusterInfo } from "./bootstrap-token.ts";

const clusterInfo = "kube-public/cluster-info";

/** Signs kube-public/cluster-info with every bootstrap token, so that a joining host can trust it. */
export const bootstrapSigner: Controller = {
  name: "bootstrap-signer-controller",
  alias: "bootstrapsigner",
  account: "bootstrap-signer",
  disabledByDefault: true,
  start(context) {
    const secrets = context.informers.of<Secret>(resources.secrets);
    const configMaps = context.informers.of<ConfigMap>(resources.configmaps);
    const worker = new KeyedWorker(context, "bootstrap_signer_queue", async () => {
      const info = configMaps.store.get(clusterInfo);
      if (!info) return;
      const tokens = secrets.store
        .list("kube-system")
        .flatMap((secret) => bootstrapTokenOf(secret) ?? [])
        .filter((token) => token.signs && !isExpired(token, context.now()));
      const data = signedClusterInfo(info.data ?? {}, tokens);
      if (!isDeepStrictEqual(data, info.data)) await context.client.update(resources.configmaps, { ...info, data });
    });
    const changed = (secret: Secret) => {
      if (bootstrapTokenOf(secret)) worker.add(clusterInfo);
    };
    return () => {
      secrets.addHandler({ added: changed, updated: (_, secret) => changed(secret), deleted: changed });
      const infoChanged = ({ metadata }: ConfigMap) => {
        if (`${metadata.namespace}/${metadata.name}` === clusterInfo) worker.add(clusterInfo);
      };
      configMaps.addHandler({ added: infoChanged, updated: (_, one) => infoChanged(one) });
      worker.run();
    };
  },
};
