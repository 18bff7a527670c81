import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { isAlreadyExists } from "../../../kube/api-error.ts";
import type { ConfigMap, Namespace } from "../../../kube/kinds/config.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, KeyedWorker } from "../framework/controller.ts";

const name = "kube-root-ca.crt";
const annotations = {
  "kubernetes.io/description":
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
};

/** Publishes the cluster's CA to every namespace, where pods' projected volumes take it from. */
export const rootCaPublisher: Controller = {
  name: "root-ca-certificate-publisher-controller",
  alias: "root-ca-cert-publisher",
  account: "root-ca-cert-publisher",
  start(context) {
    const namespaces = context.informers.of<Namespace>(resources.namespaces);
    const configMaps = context.informers.of<ConfigMap>(resources.configmaps);
    const file = context.options["root-ca-file"];
    if (!file) return () => undefined;
    const data = { "ca.crt": readFileSync(file, "utf8") };
    const worker = new KeyedWorker(context, "root_ca_cert_publisher", async (namespace) => {
      const one = namespaces.store.get(namespace);
      if (!one || one.status?.phase === "Terminating") return;
      const existing = configMaps.store.get(`${namespace}/${name}`);
      if (existing && isDeepStrictEqual(existing.data, data)) return;
      const wanted = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, annotations }, data };
      try {
        if (!existing) await context.client.create(resources.configmaps, wanted);
        else await context.client.update(resources.configmaps, { ...existing, data });
      } catch (thrown) {
        if (!isAlreadyExists(thrown)) throw thrown;
      }
    });
    return () => {
      worker.follow(namespaces);
      const changed = ({ metadata }: ConfigMap) => {
        if (metadata.name === name) worker.add(metadata.namespace ?? "");
      };
      configMaps.addHandler({ updated: (_, one) => changed(one), deleted: changed });
      worker.run();
    };
  },
};
