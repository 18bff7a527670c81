import { type ErrorDetails, SlipwayError } from "../../base/errors.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Login } from "./login/login.ts";

type Dialled = {
  readonly endpoint: Endpoint;
  readonly error: Error & { level?: string; code?: string };
  readonly attempts: { readonly tried: readonly Login[]; readonly allowed: readonly string[] };
};

/** What ssh2 says when connecting fails, as an error that tells what to do. */
export function dialError({ endpoint, error, attempts }: Dialled): SlipwayError {
  const why = error.level === "client-authentication" ? loginRefused(attempts) : unreachable(error, endpoint);
  const tried = `${endpoint.user}@${endpoint.address} port ${endpoint.port}`;
  const logins = attempts.tried.map(({ title }) => title).join(", ");
  return new SlipwayError(
    { exit: "connection", tried: logins ? `${tried} by ${logins}` : tried, got: error.message, ...why },
    { cause: error },
  );
}

type Why = Pick<ErrorDetails, "code" | "message" | "remedy"> & { readonly got?: string };

function loginRefused({ tried, allowed }: Dialled["attempts"]): Why {
  const got = `the server allows ${allowed.join(", ") || "nothing that is on offer here"}`;
  if (tried.length === 0) {
    return {
      code: "SSH_NO_LOGIN",
      message: "there is no key, agent or password to log in with",
      got,
      remedy: "set keyPath or a password source for the host, or start an agent",
    };
  }
  if (tried.some(({ method }) => method !== "publickey")) {
    return {
      code: "SSH_PASSWORD_REFUSED",
      message: "the host refused the password",
      got,
      remedy: "check user and password",
    };
  }
  return {
    code: "SSH_KEY_REFUSED",
    message: "the host refused the key",
    got,
    remedy: "add the public key to ~/.ssh/authorized_keys of that user on the host, or name another key",
  };
}

function unreachable({ code, level, message }: Dialled["error"], { address, port }: Endpoint): Why {
  switch (code) {
    case "ECONNREFUSED":
      return {
        code: "SSH_REFUSED",
        message: "nothing listens on the SSH port",
        remedy: `check that sshd runs on ${address} and listens on port ${port}`,
      };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return { code: "HOST_NAME_UNKNOWN", message: "the host's name has no address", remedy: "check the name and DNS" };
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EHOSTDOWN":
      return unreachableByNetwork;
    default:
  }
  if (level === "client-timeout") return unreachableByNetwork;
  return {
    code: "SSH_FAILED",
    message: "the SSH connection could not be made",
    got: message,
    remedy: "try `ssh -v` to the same host",
  };
}

const unreachableByNetwork: Why = {
  code: "HOST_UNREACHABLE",
  message: "the host does not answer",
  remedy: "check that the host is up, and the route and firewall to it",
};
