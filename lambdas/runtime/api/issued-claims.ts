/** What an issuer states about a person; each claim has the type that it has in the token. */
export type Claims = Readonly<Record<string, unknown>>;

/** A single token, with or without "Bearer" before it, as API Gateway's JWT authorizer takes it. */
const TOKEN = /^(?:Bearer +)?[\w-]+\.([\w-]+)\.[\w-]+$/i;

/**
 * The claims of the token that API Gateway has verified. It verifies the token of the Authorization header and hands over
 * its claims as texts, where a list of "a" and "b" is "[a b]", and so is a list of "a b" alone. So the types are read
 * from the same token. Undefined where the header does not hold exactly one token, or another one than was verified.
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
    return typeof claims === "object" && claims !== null && !Array.isArray(claims)
      ? (claims as Claims)
      : undefined;
  } catch {
    return undefined;
  }
}
