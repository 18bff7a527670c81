import { requirePermission } from "../authz/forbidden.ts";
import { ApiError } from "../http/api-error.ts";
import type { Reply } from "../http/exchange.ts";
import type { RegistryContext } from "./context.ts";
import type { Target } from "./target.ts";
import { written } from "./write.ts";

type Ways = { readonly change: () => Promise<Buffer>; readonly create: () => Promise<Buffer> };

/** Changes an object or, where there is none, makes it, which takes the right to create besides that to change. */
export async function orCreate(context: RegistryContext, target: Target, { change, create }: Ways): Promise<Reply> {
  const { exchange, info } = target;
  try {
    return written(200, await change(), target);
  } catch (error) {
    const isMissing =
      error instanceof ApiError && error.status.code === 404 && error.status.details?.name === info.name;
    if (!isMissing) throw error;
  }
  await requirePermission(context.authorizer, exchange.user, { ...info, verb: "create" });
  return written(201, await create(), target);
}
