import type { RawRequest } from "../http/exchange.ts";
import type { User } from "./user.ts";

/**
 * Recognizes a sender by one kind of credential; undefined when the request carries none of its kind, "refused" when it is no
 * good.
 */
export type Authenticator = (request: RawRequest) => User | "refused" | undefined;

/** A bearer token's owner; undefined when the token is not of this kind. Throws ApiError 401 for a bad one. */
export type TokenAuthenticator = (token: string, audiences?: readonly string[]) => Promise<TokenUser | undefined>;
export type TokenUser = { readonly user: User; readonly audiences?: readonly string[] };
