import type { AnyAuthMethod, AuthHandlerMiddleware } from "ssh2";
import type { Login } from "./login.ts";

/** Goes through the logins that the server allows, and remembers which were tried. */
export class Attempts {
  readonly tried: Login[] = [];
  /** The methods that the server named last. */
  allowed: readonly string[] = [];
  readonly #logins: Login[];

  constructor(logins: readonly Login[]) {
    this.#logins = [...logins];
  }

  handler(onRefusal: (thrown: unknown) => void): AuthHandlerMiddleware {
    return (allowed, _partial, next) => {
      if (allowed) this.allowed = allowed;
      this.#next(allowed).then(
        (method) => next(method ?? (false as never)),
        (thrown: unknown) => {
          onRefusal(thrown);
          next(false as never);
        },
      );
    };
  }

  async #next(allowed: readonly string[] | null): Promise<AnyAuthMethod | undefined> {
    for (let login = this.#logins.shift(); login; login = this.#logins.shift()) {
      if (allowed && !allowed.includes(login.method)) continue;
      const method = await login.prepare();
      if (!method) continue;
      this.tried.push(login);
      return method;
    }
    return undefined;
  }
}
