import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Two servers of lines and packets and a client of theirs, which run the programs beside this file, and their services. */
export const programs = `
${configMap()}
---
${pod("server-a", "worker1", "server")}
---
${pod("server-b", "worker2", "server")}
---
${pod("client", "worker1", "client")}
---
apiVersion: v1
kind: Service
metadata: { name: server }
spec:
  clusterIP: 10.96.7.7
  selector: { app: server }
  ports:
  - { name: lines, port: 9000 }
  - { name: packets, port: 9001, protocol: UDP }
---
apiVersion: v1
kind: Service
metadata: { name: switched }
spec:
  clusterIP: 10.96.7.8
  selector: { who: server-a }
  ports: [{ name: packets, port: 9001, protocol: UDP }]
---
apiVersion: v1
kind: Service
metadata: { name: servers }
spec:
  clusterIP: None
  selector: { app: server }
  ports: [{ name: lines, port: 9000 }]
---
apiVersion: v1
kind: Service
metadata: { name: client }
spec:
  selector: { app: client }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
`;

function configMap(): string {
  const read = (name: string) => readFileSync(join(import.meta.dirname, "programs", name), "utf8");
  const data = Object.fromEntries(["server.ts", "client.ts", "load.ts"].map((name) => [name, read(name)]));
  return `apiVersion: v1
kind: ConfigMap
metadata: { name: programs }
data: ${JSON.stringify(data)}`;
}

/** By the Node that is in the images of the distribution. */
function pod(name: string, node: string, program: "server" | "client"): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${program}, who: ${name} } }
spec:
  nodeName: ${node}
  hostname: ${name}
  subdomain: servers
  terminationGracePeriodSeconds: 1
  containers:
  - name: ${program}
    image: "slipway.local/coredns:v1.14.2"
    command: [/usr/local/bin/node, /programs/${program}.ts, 10.96.7.7, echo.default.svc.cluster.local, 10.96.7.8]
    volumeMounts: [{ name: programs, mountPath: /programs }]
  volumes: [{ name: programs, configMap: { name: programs } }]`;
}
