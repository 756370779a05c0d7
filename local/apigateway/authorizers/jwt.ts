import { createPublicKey, type JsonWebKey, verify } from "node:crypto";

/** The required claims of a token. */
export interface Expectation {
  issuer: string;
  audience: string[];
  /** One of these is required, if there are any. */
  scopes: string[];
  /** Milliseconds since the epoch. */
  now: number;
}

export type Verdict =
  | { kind: "valid"; claims: Record<string, string>; scopes: string[] | null }
  | { kind: "invalid"; why: string }
  | { kind: "insufficient scope" };

export interface Token {
  keyId: string;
  algorithm: string;
  claims: Record<string, unknown>;
  signed: string;
  signature: Buffer;
}

const ALGORITHMS: Record<string, string> = { RS256: "sha256", RS384: "sha384", RS512: "sha512" };

/** Decodes a token, with or without "Bearer" before it; undefined for an invalid one. */
export function readToken(text: string): Token | undefined {
  const token = text.replace(/^bearer\s+/i, "");
  const [header, payload, signature, ...more] = token.split(".");
  if (!header || !payload || !signature || more.length > 0) return undefined;
  const { alg, kid } = readJson(header) ?? {};
  const claims = readJson(payload);
  if (typeof alg !== "string" || typeof kid !== "string" || !claims) return undefined;
  return {
    keyId: kid,
    algorithm: alg,
    claims,
    signed: `${header}.${payload}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

/** Verifies a token with its issuer's key. */
export function judgeToken(token: Token, key: JsonWebKey, expected: Expectation): Verdict {
  const { claims } = token;
  const digest = Object.hasOwn(ALGORITHMS, token.algorithm) ? ALGORITHMS[token.algorithm] : undefined;
  if (digest === undefined) return invalid("signing method is invalid");
  if (!isSignedBy(token, key, digest)) return invalid("signature is invalid");
  const seconds = expected.now / 1000;
  if (claims.iss !== expected.issuer && claims.iss !== `${expected.issuer}/`)
    return invalid("invalid issuer");
  if (!(typeof claims.exp === "number" && claims.exp > seconds)) return invalid("the token has expired");
  if (typeof claims.nbf === "number" && claims.nbf > seconds) return invalid("the token is not valid yet");
  if (typeof claims.iat === "number" && claims.iat > seconds)
    return invalid("the token was issued in the future");
  const audience = [claims.aud ?? claims.client_id].flat();
  if (!audience.some((one) => expected.audience.includes(String(one)))) return invalid("invalid audience");
  const scopes = readScopes(claims.scope ?? claims.scp);
  if (expected.scopes.length > 0 && !expected.scopes.some((scope) => scopes.includes(scope))) {
    return { kind: "insufficient scope" };
  }
  return { kind: "valid", claims: asTexts(claims), scopes: expected.scopes.length > 0 ? scopes : null };
}

const invalid = (why: string): Verdict => ({ kind: "invalid", why });

function isSignedBy({ signed, signature }: Token, key: JsonWebKey, digest: string): boolean {
  try {
    return verify(digest, Buffer.from(signed), createPublicKey({ key, format: "jwk" }), signature);
  } catch {
    // A key of another kind than the algorithm's, or none at all.
    return false;
  }
}

const readScopes = (scope: unknown): string[] =>
  Array.isArray(scope)
    ? scope.map(String)
    : String(scope ?? "")
        .split(" ")
        .filter(Boolean);

/** Claims are passed to the integration as texts; a list as "[a b]". */
function asTexts(claims: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value)
        ? `[${value.join(" ")}]`
        : typeof value === "object"
          ? JSON.stringify(value)
          : String(value),
    ]),
  );
}

function readJson(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
