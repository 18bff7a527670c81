import { isReason } from "../api-error.ts";
import type { KubeClient } from "../client.ts";
import type { KubeObject } from "../object.ts";
import { resources } from "../resources.ts";

export type User = { readonly name: string; readonly groups: readonly string[] };

/** Who a caller is and what it may do, asked of the API server (TokenReview, SubjectAccessReview). */
export interface DelegatedAuth {
  authenticate(token: string): Promise<User | undefined>;
  authorize(user: User, verb: string, path: string): Promise<boolean>;
}

const rememberMs = 10_000;
const rememberedAnswers = 1024;

type TokenReview = KubeObject & {
  status?: { authenticated?: boolean; user?: { username?: string; groups?: string[] } };
};
type SubjectAccessReview = KubeObject & { status?: { allowed?: boolean } };

/** Who is asked about tokens and about permissions; nobody, where there is none to ask. */
export type Reviewers = {
  readonly authentication: KubeClient | undefined;
  readonly authorization: KubeClient | undefined;
};

/** Asks the API server, remembering each answer for ten seconds (upstream's cache TTLs for delegated serving). */
export function delegatedAuth(
  { authentication, authorization }: Reviewers,
  now: () => number = () => performance.now(),
): DelegatedAuth {
  const users = remember<User | undefined>(now);
  const verdicts = remember<boolean>(now);
  return {
    authenticate: async (token) => authentication && users(token, () => reviewToken(authentication, token)),
    authorize: async (user, verb, path) =>
      authorization !== undefined &&
      verdicts(JSON.stringify([user, verb, path]), () => reviewAccess(authorization, user, { verb, path })),
  };
}

async function reviewToken(client: KubeClient, token: string): Promise<User | undefined> {
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", metadata: {}, spec: { token } };
  const { status } = await client.create<TokenReview>(resources.tokenreviews, review);
  if (!status?.authenticated) return undefined;
  return { name: status.user?.username ?? "", groups: status.user?.groups ?? [] };
}

async function reviewAccess(
  client: KubeClient,
  user: User,
  attributes: { verb: string; path: string },
): Promise<boolean> {
  const spec = { user: user.name, groups: user.groups, nonResourceAttributes: attributes };
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", metadata: {}, spec };
  try {
    const { status } = await client.create<SubjectAccessReview>(resources.subjectaccessreviews, review);
    return status?.allowed === true;
  } catch (thrown) {
    if (isReason(thrown, "Forbidden")) return false;
    throw thrown;
  }
}

function remember<T>(now: () => number): (key: string, ask: () => Promise<T>) => Promise<T> {
  const answers = new Map<string, { answer: Promise<T>; until: number }>();
  return (key, ask) => {
    const known = answers.get(key);
    if (known && known.until > now()) return known.answer;
    const answer = ask();
    if (answers.size >= rememberedAnswers) answers.clear();
    answers.set(key, { answer, until: now() + rememberMs });
    answer.catch(() => answers.delete(key));
    return answer;
  };
}
