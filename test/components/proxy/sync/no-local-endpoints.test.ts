import { expect, it } from "vitest";
import { withoutLocalEndpoints } from "../../../../src/components/proxy/sync/no-local-endpoints.ts";
import { endpoint, servicePort } from "../service-port-fixture.ts";

it("counts services that want local endpoints and have only others", () => {
  const away = [endpoint("10.244.2.2")];
  const here = [endpoint("10.244.1.2", { isLocal: true }), ...away];
  const local = { externalTrafficPolicy: "Local", internalTrafficPolicy: "Local" } as const;
  const counts = withoutLocalEndpoints([
    servicePort({ endpoints: away }),
    servicePort({ ...local, endpoints: here }),
    servicePort({ ...local, endpoints: [] }),
    servicePort({ ...local, endpoints: away }),
    servicePort({ externalTrafficPolicy: "Local", endpoints: away }),
  ]);
  expect(Object.fromEntries(counts)).toEqual({ internal: 1, external: 2 });
});
