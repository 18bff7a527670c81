/** The image's own command as a first process that SIGTERM ends: else a host's shutdown waits for it. */
const serve = `["sh", "-c", "httpd -f -p 8080 -h /www & trap 'kill $!' TERM; wait"]`;

/** A pod `echo` on each host that answers HTTP with its hostname and its client's address, and a service of each kind. */
export const workload = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: echo }
spec:
  selector: { matchLabels: { app: echo } }
  template:
    metadata: { labels: { app: echo } }
    spec:
      terminationGracePeriodSeconds: 1
      tolerations: [{ operator: Exists }]
      containers:
      - name: echo
        image: "slipway.local/busybox:1.35.0"
        command: ${serve}
        ports: [{ containerPort: 8080 }]
        readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: echo }
spec:
  type: NodePort
  externalIPs: [192.0.2.10]
  selector: { app: echo }
  ports: [{ name: http, port: 80, targetPort: 8080, nodePort: 30080 }]
---
apiVersion: v1
kind: Service
metadata: { name: local }
spec:
  type: NodePort
  externalTrafficPolicy: Local
  selector: { app: echo }
  ports: [{ name: http, port: 80, targetPort: 8080, nodePort: 30081 }]
---
apiVersion: v1
kind: Service
metadata: { name: sticky }
spec:
  sessionAffinity: ClientIP
  selector: { app: echo }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
---
apiVersion: v1
kind: Service
metadata: { name: each }
spec:
  clusterIP: None
  selector: { app: echo }
  ports: [{ name: http, port: 8080 }]
---
apiVersion: v1
kind: Service
metadata: { name: nobody }
spec:
  selector: { app: nobody }
  ports: [{ name: http, port: 80 }]
---
apiVersion: v1
kind: Service
metadata: { name: away }
spec: { type: ExternalName, externalName: echo.default.svc.cluster.local }
---
apiVersion: v1
kind: Service
metadata: { name: balanced }
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  loadBalancerSourceRanges: [10.244.0.0/16]
  selector: { app: echo }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shrinking }
spec:
  selector: { matchLabels: { app: shrinking } }
  template:
    metadata: { labels: { app: shrinking } }
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{ name: echo, image: "slipway.local/busybox:1.35.0", command: ${serve} }]
---
apiVersion: v1
kind: Service
metadata: { name: shrinking }
spec:
  selector: { app: shrinking }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
---
apiVersion: v1
kind: Service
metadata: { name: dns-outside, namespace: kube-system }
spec:
  type: NodePort
  selector: { k8s-app: kube-dns }
  ports:
  - { name: dns, port: 53, protocol: UDP, nodePort: 30053 }
  - { name: dns-tcp, port: 53, protocol: TCP, nodePort: 30053 }
`;
