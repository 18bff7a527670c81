import { request } from "node:https";
import { messageOf } from "../../../base/errors.ts";
import { badRequest, notFound } from "../http/api-error.ts";
import type { RegistryContext } from "../registry/context.ts";
import type { SpecialHandler } from "../registry/dispatch.ts";
import { listReply } from "../registry/list.ts";
import { subjectOf, type Target } from "../registry/target.ts";
import { written } from "../registry/write.ts";
import type { Entry } from "../storage/entry.ts";
import { formOf, renderList } from "../table/forms.ts";

type Probe = { readonly name: string; readonly look: () => Promise<string> };
const lookWithinMs = 5000;

/** componentstatuses: nothing that is stored, but what the other parts of the control plane on this host say of themselves. */
export const componentStatuses: SpecialHandler = async (context, target) => {
  const probes = probesOf(context);
  if (target.info.verb === "get") {
    const probe = probes.find(({ name }) => name === target.info.name);
    if (!probe) throw notFound(subjectOf(target));
    return written(200, (await entryOf(probe)).body, target);
  }
  return listed(target, await Promise.all(probes.map(entryOf)));
};

function listed(target: Target, entries: readonly Entry[]) {
  if (target.exchange.query.get("watch") === "true") throw badRequest("componentstatuses can't be watched");
  const page = { entries, revision: 0 };
  return renderList(formOf(target.exchange), target, page) ?? listReply(target.type, page);
}

/** Upstream's names, and the ports on which kubeadm has these programs listen. */
function probesOf({ store }: RegistryContext): Probe[] {
  return [
    { name: "controller-manager", look: () => healthz(10_257) },
    { name: "scheduler", look: () => healthz(10_259) },
    { name: "etcd-0", look: () => store.etcd.status().then(() => "ok") },
  ];
}

async function entryOf({ name, look }: Probe): Promise<Entry> {
  const condition = await look().then(
    (message) => ({ type: "Healthy", status: "True", message }),
    (error: unknown) => ({ type: "Healthy", status: "False", message: messageOf(error) }),
  );
  const object = { apiVersion: "v1", kind: "ComponentStatus", metadata: { name }, conditions: [condition] };
  const body = Buffer.from(JSON.stringify(object));
  return { key: name, name, namespace: "", revision: 0, body, labels: undefined, fields: undefined };
}

function healthz(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    // Their certificates are signed by themselves; who answers on the loopback is of this host.
    const options = { host: "127.0.0.1", port, path: "/healthz", rejectUnauthorized: false, timeout: lookWithinMs };
    const sent = request(options, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode}: ${text}`)),
      );
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer")));
    sent.on("error", reject);
    sent.end();
  });
}
