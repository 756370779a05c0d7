import type { Role } from "../../../lib/contract/api/index.ts";
import { ApiError } from "./errors.ts";
import type { IssuerRoles, SignIn } from "./ports.ts";

/** Who calls, as API Gateway or the token says. `by` of every order is the name. */
export interface Principal {
  name: string;
  role: Role;
}

/** What API Gateway has found out about the caller. */
export interface Authorizer {
  iam?: { userArn?: string } | undefined;
  jwt?: { claims: Record<string, unknown> } | undefined;
}

export interface Caller {
  /** "iam" where the path begins so, and API Gateway has let the caller's policy decide. */
  prefix: "api" | "iam";
  authorization: string | undefined;
  authorizer: Authorizer | undefined;
}

/** Who calls. Throws an ApiError where that cannot be told. */
export async function authenticate(
  caller: Caller,
  signIn: SignIn,
  isToken: (token: string) => Promise<boolean>,
): Promise<Principal> {
  if (caller.prefix === "iam") return byIam(caller.authorizer);
  if (signIn.by === "issuer") return byIssuer(caller.authorizer, signIn);
  const [, token] = /^Bearer +(\S+)$/i.exec(caller.authorization ?? "") ?? [];
  if (token === undefined || !(await isToken(token)))
    throw new ApiError(
      "unauthenticated",
      `${token === undefined ? "No token came with the request" : "The token is not the one in force"}. Send "Authorization: Bearer <token>"; "millrace console" prints it.`,
    );
  return { name: "token", role: "operator" };
}

/** Which of the routes the caller may call, the caller's own policy has decided. */
function byIam(authorizer: Authorizer | undefined): Principal {
  const arn = authorizer?.iam?.userArn;
  if (!arn) throw new ApiError("unauthenticated", "The request is not signed. Sign it for execute-api.");
  return { name: arn, role: "operator" };
}

/** Claims that name a person, the most telling first. */
const NAMES = ["email", "preferred_username", "username", "cognito:username", "sub"];

function byIssuer(authorizer: Authorizer | undefined, { roleClaim, roles }: IssuerRoles): Principal {
  const claims = authorizer?.jwt?.claims;
  if (!claims) throw new ApiError("unauthenticated", "The request carries no token of the issuer. Sign in.");
  const name = NAMES.map((claim) => claims[claim]).find((value) => typeof value === "string" && value !== "");
  const held = valuesOf(claims[roleClaim]);
  const role = ROLES.find((one) => roles[one].some((value) => held.includes(value)));
  if (typeof name !== "string" || role === undefined)
    throw new ApiError(
      "forbidden",
      `You are signed in, but your claim "${roleClaim}" gives no role here. Ask whoever runs this for one.`,
    );
  return { name, role };
}

/** What may do most comes first. */
const ROLES = ["operator", "decider", "viewer"] as const satisfies Role[];

/** API Gateway writes a list as "[one two]". */
function valuesOf(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.map(String);
  if (typeof claim !== "string") return [];
  const list = /^\[(.*)\]$/.exec(claim);
  return list ? list[1]!.split(/[\s,]+/).filter(Boolean) : [claim];
}

/** The role that a request needs: looking is open to all who are signed in. */
export function neededRole(method: string, path: string): Role {
  if (method === "GET" || method === "HEAD") return "viewer";
  return path.startsWith("/approvals/") ? "decider" : "operator";
}

export function mayAct(held: Role, needed: Role): boolean {
  return ROLES.indexOf(held) <= ROLES.indexOf(needed);
}
