import { noSuchPath } from "../http/api-error.ts";
import { type Exchange, header, type Reply } from "../http/exchange.ts";
import type { Endpoint } from "../http/router.ts";
import type { Catalog } from "../resources/catalog.ts";
import { aggregated, apiGroup, apiGroupList, apiResourceList, apiVersions, etagOf } from "./discovery.ts";

const aggregatedForm = /g=apidiscovery\.k8s\.io/;

/** The paths that tell a client which resources there are; `address` is where this server is reached. */
export function discoveryEndpoints(catalog: Catalog, address: string): readonly (readonly [string, Endpoint])[] {
  const root =
    (name: "api" | "apis", plain: () => object): Endpoint =>
    (exchange) =>
      aggregatedForm.test(header(exchange.request, "accept"))
        ? tagged(exchange, aggregated(catalog, name))
        : { kind: "object", status: 200, object: plain() };
  return [
    ["/apis", root("apis", () => apiGroupList(catalog))],
    ["/api", root("api", () => apiVersions(address))],
  ];
}

/** /api/v1, /apis/<group>, /apis/<group>/<version>. */
export function discoveryPath(catalog: Catalog): Endpoint {
  return ({ path }) => {
    const [root, first = "", second] = path.split("/").filter(Boolean);
    const object =
      root === "api"
        ? apiResourceList(catalog, "", first)
        : second === undefined
          ? apiGroup(catalog, first)
          : apiResourceList(catalog, first, second);
    if (!object) throw noSuchPath();
    return { kind: "object", status: 200, object };
  };
}

function tagged({ request, response }: Exchange, object: object): Reply {
  const body = JSON.stringify(object);
  const etag = etagOf(body);
  response.setHeader("etag", etag);
  response.setHeader("vary", "Accept");
  const contentType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  // A client's cache takes the headers of a 304 over: the type must stay the one of the body.
  if (header(request, "if-none-match") === etag) return { kind: "text", status: 304, body: "", contentType };
  return { kind: "text", status: 200, body, contentType };
}
