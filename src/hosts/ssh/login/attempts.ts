import type { AnyAuthMethod } from "ssh2";
import type { Login } from "./login.ts";

/** Goes through the logins that the server allows, and remembers which were tried. */
export class Attempts {
  readonly tried: Login[] = [];
  /** The methods that the server named last. */
  allowed: readonly string[] = [];
  readonly #logins: Login[];
  #trouble: unknown;

  constructor(logins: readonly Login[]) {
    this.#logins = [...logins];
  }

  /** The next login of those that the server allows (null: it has not said yet); undefined when there is none left. */
  async next(allowed: readonly string[] | null): Promise<AnyAuthMethod | undefined> {
    if (allowed) this.allowed = allowed;
    for (let login = this.#logins.shift(); login; login = this.#logins.shift()) {
      if (allowed && !allowed.includes(login.method)) continue;
      const method = await this.#prepare(login);
      if (!method) continue;
      this.tried.push(login);
      return method;
    }
    if (this.tried.length === 0 && this.#trouble !== undefined) throw this.#trouble;
    return undefined;
  }

  async #prepare(login: Login): Promise<AnyAuthMethod | undefined> {
    try {
      return await login.prepare();
    } catch (thrown) {
      if (login.isRequired) throw thrown;
      this.#trouble ??= thrown;
      return undefined;
    }
  }
}
