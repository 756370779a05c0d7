import { isObject } from "../../../lib/contract/is-object.ts";
/** The claims of an issuer about a person, each with the type that it has in the token. */
export type Claims = Readonly<Record<string, unknown>>;

/** A single token, with or without "Bearer" before it, as API Gateway's JWT authorizer accepts it. */
const TOKEN = /^(?:Bearer +)?[\w-]+\.([\w-]+)\.[\w-]+$/i;

/**
 * The claims of the token that API Gateway has verified. It verifies the token of the Authorization header
 * and passes its claims as texts, in which a list of "a" and "b" is "[a b]", and so is a list with the one
 * item "a b". Therefore the types are read from the same token. Undefined unless the header contains exactly
 * one token, the one that was verified.
 */
export function issuedClaims(
  authorization: string | undefined,
  verified: Readonly<Record<string, unknown>>,
): Claims | undefined {
  const [, payload] = TOKEN.exec(authorization ?? "") ?? [];
  const claims = payload === undefined ? undefined : readClaims(payload);
  if (!claims || typeof claims.sub !== "string" || claims.sub === "") return undefined;
  return ["iss", "sub"].every((name) => claims[name] === verified[name]) ? claims : undefined;
}

function readClaims(payload: string): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return isObject(claims) ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
}
