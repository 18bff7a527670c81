import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { DelegatedAuth, User } from "../../kube/serving/delegated-auth.ts";

export type AuthenticationOptions = {
  readonly anonymous: boolean;
  readonly webhook: boolean;
  /** Undefined until the kubelet has a way to the API. */
  delegated(): DelegatedAuth | undefined;
};

/** Who sends a request: by client certificate, by bearer token (TokenReview), or nobody (401). */
export async function authenticate(
  request: IncomingMessage,
  { anonymous, webhook, delegated }: AuthenticationOptions,
): Promise<User | undefined> {
  const byCertificate = certificateUser(request.socket as TLSSocket);
  if (byCertificate) return byCertificate;
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token && webhook) return delegated()?.authenticate(token);
  if (token || !anonymous) return undefined;
  return { name: "system:anonymous", groups: ["system:unauthenticated"] };
}

function certificateUser(socket: TLSSocket): User | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  if (!subject?.CN) return undefined;
  const organizations = [subject.O ?? []].flat();
  return { name: String(subject.CN), groups: [...organizations.map(String), "system:authenticated"] };
}
