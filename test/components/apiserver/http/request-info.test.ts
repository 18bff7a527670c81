import { expect, test } from "vitest";
import { requestInfo } from "../../../../src/components/apiserver/http/request-info.ts";

const info = (method: string, path: string, query = "") => requestInfo(method, path, new URLSearchParams(query));

test.each([
  [
    "GET",
    "/api/v1/namespaces/ns/pods/p",
    "",
    { verb: "get", group: "", namespace: "ns", resource: "pods", name: "p", subresource: "" },
  ],
  ["GET", "/api/v1/pods", "", { verb: "list", namespace: "", resource: "pods", name: "" }],
  ["GET", "/api/v1/pods", "watch=1", { verb: "watch" }],
  ["GET", "/api/v1/pods", "watch=false", { verb: "list" }],
  ["GET", "/api/v1/pods", "watch=1&fieldSelector=metadata.name%3Dp", { verb: "watch", name: "p" }],
  ["GET", "/api/v1/pods", "fieldSelector=spec.nodeName%3Dn,metadata.name%3D%3Dp", { verb: "list", name: "p" }],
  ["GET", "/api/v1/pods", "fieldSelector=metadata.name!%3Dp", { verb: "list", name: "" }],
  ["DELETE", "/api/v1/namespaces/ns/pods", "fieldSelector=metadata.name%3Dp", { verb: "deletecollection", name: "" }],
  ["GET", "/api/v1/watch/namespaces/ns/pods", "", { verb: "watch", namespace: "ns", resource: "pods" }],
  ["POST", "/apis/apps/v1/namespaces/ns/deployments", "", { verb: "create", group: "apps", version: "v1" }],
  ["PATCH", "/apis/apps/v1/namespaces/ns/deployments/d/scale", "", { verb: "patch", name: "d", subresource: "scale" }],
  ["DELETE", "/api/v1/namespaces/ns/pods", "", { verb: "deletecollection" }],
  [
    "PUT",
    "/api/v1/namespaces/ns/finalize",
    "",
    { verb: "update", resource: "namespaces", name: "ns", namespace: "ns", subresource: "finalize" },
  ],
  ["GET", "/api/v1/namespaces/ns", "", { verb: "get", resource: "namespaces", name: "ns", namespace: "ns" }],
  ["GET", "/api/v1/secrets", "watch=1&fieldSelector=metadata.name%3Ds", { verb: "watch", name: "s" }],
  [
    "GET",
    "/api/v1/pods",
    "fieldSelector=spec.nodeName%3Dn",
    { verb: "list", name: "", fieldSelector: "spec.nodeName=n" },
  ],
  ["GET", "/api/v1/nodes/n/proxy/stats/summary", "", { subresource: "proxy", rest: ["stats", "summary"] }],
])("%s %s?%s", (method, path, query, expected) => {
  expect(info(method, path, query)).toMatchObject({ kind: "resource", ...expected });
});

test.each(["/healthz", "/api", "/apis/apps", "/apis/apps/v1", "/openapi/v3/api/v1", "/"])(
  "%s is no resource",
  (path) => {
    expect(info("GET", path)).toEqual({ kind: "nonResource", path, verb: "get" });
  },
);

test("a segment that is no valid percent-encoding is taken as it stands", () => {
  expect(info("GET", "/api/v1/namespaces/ns/pods/%zz")).toMatchObject({ name: "%zz" });
});
