import { labExec } from "../../src/lab/exec.ts";

export const deploymentName = "web";
export const replicas = 3;
const labels = { app: deploymentName };
const port = 8080;

/** Three replicas of a server that answers with its hostname, and a Service before them. */
export function workload(image: string): readonly object[] {
  const container = { name: "httpd", image, ports: [{ containerPort: port }], readinessProbe: { tcpSocket: { port } } };
  const template = { metadata: { labels }, spec: { containers: [container], terminationGracePeriodSeconds: 1 } };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: deploymentName, labels },
      spec: { replicas, selector: { matchLabels: labels }, template },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: deploymentName, labels },
      spec: { selector: labels, ports: [{ port: 80, targetPort: port }] },
    },
  ];
}

/** The reference of the distribution's busybox image, as a worker's runtime lists it. */
export async function busyboxImage(lab: string): Promise<string> {
  const { stdout } = await labExec({ name: lab, host: "worker1" }, ["ctr", "-n", "k8s.io", "images", "list", "-q"]);
  const reference = stdout.split("\n").find((one) => /\/busybox:/.test(one));
  if (!reference) throw new Error(`worker1 has no busybox image; it has:\n${stdout}`);
  return reference;
}
