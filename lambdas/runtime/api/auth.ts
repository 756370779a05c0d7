import type { Role } from "../../../lib/contract/api/index.ts";
import { TOKEN_HOLDER } from "../../../lib/contract/quorum.ts";
import { ApiError } from "./errors.ts";
import { type Claims, issuedClaims } from "./issued-claims.ts";
import type { IssuerRoles, SignIn } from "./ports.ts";

/** The caller, as API Gateway or the token states. The name becomes `by` of every command. */
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
  /** "iam" if the path begins so and API Gateway has checked the caller's policy. */
  prefix: "api" | "iam";
  authorization: string | undefined;
  authorizer: Authorizer | undefined;
}

/** The caller. Throws an ApiError if it cannot be identified. */
export async function authenticate(
  caller: Caller,
  signIn: SignIn,
  isToken: (token: string) => Promise<boolean>,
): Promise<Principal> {
  if (caller.prefix === "iam") return byIam(caller.authorizer);
  if (signIn.by === "issuer") return byIssuer(caller, signIn);
  const [, token] = /^Bearer +(\S+)$/i.exec(caller.authorization ?? "") ?? [];
  if (token === undefined || !(await isToken(token)))
    throw new ApiError(
      "unauthenticated",
      `${token === undefined ? "The request has no token" : "The token is not valid"}. Send "Authorization: Bearer <token>"; "millrace console" prints it.`,
    );
  return { name: TOKEN_HOLDER, role: "operator" };
}

/** The caller's own policy has decided which routes it may call. */
function byIam(authorizer: Authorizer | undefined): Principal {
  const arn = authorizer?.iam?.userArn;
  if (!arn) throw new ApiError("unauthenticated", "The request is not signed. Sign it for execute-api.");
  return { name: arn, role: "operator" };
}

function byIssuer({ authorizer, authorization }: Caller, { roleClaim, roles }: IssuerRoles): Principal {
  const verified = authorizer?.jwt?.claims;
  const claims = verified && issuedClaims(authorization, verified);
  if (!claims) throw new ApiError("unauthenticated", "The request has no token of the issuer. Sign in.");
  const held = valuesOf(claims[roleClaim]);
  const role = ROLES.find((one) => roles[one].some((value) => held.includes(value)));
  if (role === undefined)
    throw new ApiError(
      "forbidden",
      `You are signed in, but your claim "${roleClaim}" grants no role. Ask an administrator for one.`,
    );
  return { name: nameOf(claims), role };
}

/**
 * Only `sub` is unique and never reassigned. An e-mail address is shown before it if the issuer has verified
 * it; otherwise a user could enter anyone's.
 */
function nameOf({ sub, email, email_verified }: Claims): string {
  return email_verified === true && typeof email === "string" && email !== ""
    ? `${email} (${sub})`
    : `${sub}`;
}

/** The most powerful role first. */
const ROLES = ["operator", "decider", "viewer"] as const satisfies Role[];

/** A list contains texts; a text is one value, whatever characters it contains. */
function valuesOf(claim: unknown): unknown[] {
  return Array.isArray(claim) ? claim : [claim];
}

/** The role that a request needs: every signed-in user may read. */
export function neededRole(method: string, path: string): Role {
  if (method === "GET" || method === "HEAD") return "viewer";
  // To whom a decision was delegated is any role: the route looks.
  return path.startsWith("/approvals/") ? "viewer" : "operator";
}

export function mayAct(held: Role, needed: Role): boolean {
  return ROLES.indexOf(held) <= ROLES.indexOf(needed);
}
