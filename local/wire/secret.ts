import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { signature } from "./route.ts";

/**
 * What lets in callers from other machines. Who listens beyond the loopback address is reached by every machine of the
 * network, and a Host header says nothing of where a request comes from. So each start makes a secret, and every
 * request over the network carries it: programs as their session token, browsers in front of the path and then in a
 * cookie. Functions carry a token that is good with their role's access key only.
 */
export class Secret {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The session token of a function whose role has this access key. */
  tokenOf(accessKey: string): string {
    return createHmac("sha256", this.text).update(accessKey).digest("base64url");
  }

  /** What a request is for, without the secret in front; undefined for one that does not carry the secret. */
  enter(url: string, headers: Record<string, string>): Entered | undefined {
    const [, given, rest = "/"] = IN_FRONT.exec(url) ?? [];
    if (given !== undefined) {
      const path = rest.startsWith("/") ? rest : `/${rest}`;
      return equal(given, this.text) ? { url: path, cookie: this.cookie() } : undefined;
    }
    const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
    const token = headers["x-amz-security-token"] ?? query.get("X-Amz-Security-Token");
    const held = token ?? cookieOf(headers) ?? "";
    if (equal(held, this.text)) return { url };
    const accessKey = signature({ headers, query })?.accessKey;
    return accessKey !== undefined && equal(held, this.tokenOf(accessKey)) ? { url } : undefined;
  }

  private cookie(): string {
    return `${COOKIE}=${this.text}; Path=/; HttpOnly; SameSite=Strict`;
  }
}

export interface Entered {
  /** Path and query, percent-encoded. */
  url: string;
  /** What the browser keeps, so that addresses without the secret work as well. */
  cookie?: string;
}

export const NEEDS_SECRET =
  "This local cloud listens beyond the loopback address and answers only callers who know the secret that it printed when it started. Programs: set AWS_SESSION_TOKEN to it. Browsers: put /_secret/<the secret> in front of the path.";

const IN_FRONT = /^\/_secret\/([^/?]*)([/?].*)?$/s;
const COOKIE = "millrace-secret";

function cookieOf({ cookie = "" }: Record<string, string>): string | undefined {
  return cookie
    .split(/;\s*/)
    .find((one) => one.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);
}

/** Compares two texts in a time that does not depend on where they differ. */
function equal(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
