import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** A POST to the root of a service, with all its headers, by lower-case names. */
interface Post {
  headers: Record<string, string>;
  body: string;
}

const hmac = (key: KeyObject, text: string) => createHmac("sha256", key).update(text);

/** Node takes several times as long for a key that is only bytes. */
const keyOf = (bytes: Buffer | string) => createSecretKey(Buffer.from(bytes));

/**
 * Signs calls of one service with Signature Version 4. The key of a day is derived once. See
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class Signer {
  private readonly service: string;
  private readonly region: string;
  private key: { of: string; key: KeyObject } | undefined;

  constructor(service: string, region: string) {
    this.service = service;
    this.region = region;
  }

  /** The headers of a call including its signature. `now` in epoch milliseconds. */
  sign({ headers, body }: Post, credentials: Credentials, now: number): Record<string, string> {
    const time = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");
    const scope = `${time.slice(0, 8)}/${this.region}/${this.service}/aws4_request`;
    const { accessKeyId, sessionToken } = credentials;
    const signed: Record<string, string> = { ...headers, "x-amz-date": time };
    if (sessionToken) signed["x-amz-security-token"] = sessionToken;
    const names = Object.keys(signed).sort();
    const lines = names.map((name) => `${name}:${signed[name]!.trim()}\n`).join("");
    const request = `POST\n/\n\n${lines}\n${names.join(";")}\n${hash("sha256", body)}`;
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash("sha256", request)}`;
    const signature = hmac(this.keyOf(credentials, scope), text).digest("hex");
    signed.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
    return signed;
  }

  private keyOf({ secretAccessKey }: Credentials, scope: string): KeyObject {
    const of = `${secretAccessKey}/${scope}`;
    if (this.key?.of !== of) {
      const parts = scope.split("/");
      const first = keyOf(`AWS4${secretAccessKey}`);
      this.key = { of, key: parts.reduce((key, part) => keyOf(hmac(key, part).digest()), first) };
    }
    return this.key.key;
  }
}
