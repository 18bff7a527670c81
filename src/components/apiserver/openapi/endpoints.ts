import { etagOf } from "../discovery/discovery.ts";
import { noSuchPath } from "../http/api-error.ts";
import { type Exchange, header, type Reply } from "../http/exchange.ts";
import type { Endpoint } from "../http/router.ts";
import type { Catalog } from "../resources/catalog.ts";
import { groupVersionPaths, openApiIndex, openApiV2, openApiV3 } from "./documents.ts";
import type { Descriptions } from "./schemas.ts";
import { encodeSwagger } from "./swagger-protobuf.ts";

/** Clients ask with an "@", which Go's parser of media types refuses in an answer. */
const v2Asked = /application\/com\.github\.proto-openapi\.spec\.v2[@.]v1\.0\+protobuf/;
const v2Answered = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/** /openapi/v2, /openapi/v3 and the documents below it, made when they are asked for. */
export function openApiEndpoints(catalog: Catalog): { exact: [string, Endpoint][]; prefix: [string, Endpoint] } {
  const kept = new Kept(catalog);
  return {
    exact: [
      ["/openapi/v3", () => ({ kind: "object", status: 200, object: openApiIndex(catalog) })],
      ["/openapi/v2", (exchange) => serveV2(exchange, catalog, kept)],
    ],
    prefix: [
      "/openapi/v3/",
      async (exchange) => {
        const path = exchange.path.slice("/openapi/v3/".length);
        if (!groupVersionPaths(catalog).includes(path)) throw noSuchPath();
        const body = await kept.get(path, async () => JSON.stringify(openApiV3(catalog, path, await descriptions())));
        return tagged(exchange, body, "application/json");
      },
    ],
  };
}

/** One Endpoint's documents, until the catalog changes; v2 is large and asked for once, so it is not kept. */
class Kept {
  readonly #catalog: Catalog;
  readonly #bodies = new Map<string, string>();
  #generation = 0;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  async get(path: string, make: () => Promise<string>): Promise<string> {
    if (this.#generation !== this.#catalog.generation) this.#bodies.clear();
    this.#generation = this.#catalog.generation;
    const known = this.#bodies.get(path);
    if (known !== undefined) return known;
    const body = await make();
    if (this.#bodies.size > 8) this.#bodies.clear();
    this.#bodies.set(path, body);
    return body;
  }
}

async function serveV2(exchange: Exchange, catalog: Catalog, kept: Kept): Promise<Reply> {
  const accept = header(exchange.request, "accept");
  if (!v2Asked.test(accept)) {
    const body = await kept.get("v2", async () => JSON.stringify(openApiV2(catalog, await descriptions())));
    return tagged(exchange, body, "application/json");
  }
  const body = encodeSwagger(openApiV2(catalog, await descriptions()));
  return { kind: "bytes", status: 200, body, contentType: v2Answered };
}

function tagged({ request, response }: Exchange, body: string, contentType: string): Reply {
  const etag = etagOf(body);
  response.setHeader("etag", etag);
  response.setHeader("vary", "Accept-Encoding, Accept");
  if (header(request, "if-none-match") === etag) return { kind: "text", status: 304, body: "", contentType };
  return { kind: "text", status: 200, body, contentType };
}

/** Loaded at first use: half a megabyte that a server without an explaining client never needs. */
async function descriptions(): Promise<Descriptions> {
  const { descriptionsText } = await import("../schema/descriptions.gen.ts");
  return JSON.parse(descriptionsText) as Descriptions;
}
