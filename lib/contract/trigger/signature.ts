import type { Duration } from "../duration.ts";

/** Names in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** The signature data in a request's headers. */
export interface ClaimedSignature {
  /** One of them has to match; senders that change their secret sign with both. */
  signatures: readonly string[];
  /** Seconds since the epoch, as the sender wrote it. */
  timestamp?: string | undefined;
  /** The sender's id of a delivery, where it is a part of what is signed. */
  id?: string | undefined;
}

/** How a sender signs its requests: an HMAC over a preamble and the bytes of the body. */
export interface Signature {
  /** The header of the signature, for messages. */
  readonly header: string;
  readonly algorithm: "sha1" | "sha256" | "sha512";
  readonly encoding: "hex" | "base64";
  /** The maximum age of a request; undefined if the sender signs no time. */
  readonly tolerance: Duration | undefined;
  /** Undefined if the headers contain no signature of this kind. */
  readonly read: (headers: Headers) => ClaimedSignature | undefined;
  /** What is signed before the body. */
  readonly preamble: (claimed: ClaimedSignature) => string;
  /** The key that a secret contains. @default its text */
  readonly key?: (secret: string) => string | Uint8Array;
  /** The sender's id of a delivery. It is taken only from what is signed: the body, and what `preamble` contains. */
  readonly delivery?: (payload: any, claimed: ClaimedSignature) => unknown;
  /** The answer to a sender's first request, which verifies the URL; undefined for any other request. */
  readonly challenge?: (payload: any) => unknown;
}

const TOLERANCE: Duration = "5 minutes";

/**
 * The signature of GitHub's webhooks. It has no time, so a request has no maximum age.
 * https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function github(): Signature {
  return hmac({ header: "X-Hub-Signature-256", prefix: "sha256=" });
}

/**
 * The signature of Stripe's webhooks. `tolerance` is the maximum age of a request, by default 5 minutes.
 * https://docs.stripe.com/webhooks/signature
 */
export function stripe({ tolerance = TOLERANCE }: { tolerance?: Duration } = {}): Signature {
  return {
    header: "Stripe-Signature",
    algorithm: "sha256",
    encoding: "hex",
    tolerance,
    read(headers) {
      const pairs = (headers["stripe-signature"] ?? "").split(",").map((pair) => pair.trim().split("="));
      const valuesOf = (name: string) =>
        pairs.flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []));
      const signatures = valuesOf("v1");
      return signatures.length > 0 ? { signatures, timestamp: valuesOf("t")[0] ?? "" } : undefined;
    },
    preamble: ({ timestamp }) => `${timestamp}.`,
    delivery: (event) => event?.id,
  };
}

/**
 * The signature of Slack's requests. `tolerance` is the maximum age of a request, by default 5 minutes.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function slack({ tolerance = TOLERANCE }: { tolerance?: Duration } = {}): Signature {
  return {
    ...hmac({
      header: "X-Slack-Signature",
      prefix: "v0=",
      timestamp: { header: "X-Slack-Request-Timestamp", tolerance },
      preamble: (timestamp) => `v0:${timestamp}:`,
      delivery: (payload) => payload?.event_id,
    }),
    challenge: (payload) => (payload?.type === "url_verification" ? payload.challenge : undefined),
  };
}

/**
 * The signature of Standard Webhooks. `tolerance` is the maximum age of a request, by default 5 minutes.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function standardWebhooks({ tolerance = TOLERANCE }: { tolerance?: Duration } = {}): Signature {
  return {
    header: "webhook-signature",
    algorithm: "sha256",
    encoding: "base64",
    tolerance,
    read(headers) {
      const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signed = "" } = headers;
      const signatures = signed.split(" ").flatMap((text) => (text.startsWith("v1,") ? [text.slice(3)] : []));
      // With a dot in the id, what was signed could be divided into another id, time and body.
      return id && !id.includes(".") && signatures.length > 0
        ? { signatures, timestamp: timestamp ?? "", id }
        : undefined;
    },
    preamble: ({ id, timestamp }) => `${id}.${timestamp}.`,
    key: standardWebhooksKey,
    delivery: (_, { id }) => id,
  };
}

/** The key is written in base64, with or without the prefix that marks it as a secret. */
export function standardWebhooksKey(secret: string): Uint8Array {
  return Buffer.from(secret.replace(/^whsec_/, ""), "base64");
}

/** How a sender signs: the header of the signature, its form, and what is signed. */
export interface HmacOptions {
  /** The header with the signature. */
  header: string;
  /** Prefix before the signature, such as "sha256=". @default none */
  prefix?: string;
  /** The hash function. @default "sha256" */
  algorithm?: Signature["algorithm"];
  /** How the signature is written. @default "hex" */
  encoding?: Signature["encoding"];
  /** The header with the time (seconds since the epoch), which `preamble` must include in the signed text. */
  timestamp?: { header: string; tolerance?: Duration };
  /** What is signed before the body. @default the time and a dot; nothing without a time */
  preamble?: (timestamp: string) => string;
  /** The sender's id of a delivery, in the body. @default the signed text */
  delivery?: (payload: any) => unknown;
}

/** The signature of any sender that signs the body, with or without a time, by HMAC. */
export function hmac(options: HmacOptions): Signature {
  const { header, prefix = "", algorithm = "sha256", encoding = "hex", timestamp, delivery } = options;
  const preamble = options.preamble ?? ((time: string) => (timestamp ? `${time}.` : ""));
  return {
    header,
    algorithm,
    encoding,
    tolerance: timestamp && (timestamp.tolerance ?? TOLERANCE),
    read(headers) {
      const value = headers[header.toLowerCase()];
      if (!value?.startsWith(prefix)) return undefined;
      return {
        signatures: [value.slice(prefix.length)],
        ...(timestamp && { timestamp: headers[timestamp.header.toLowerCase()] ?? "" }),
      };
    },
    preamble: ({ timestamp: time = "" }) => preamble(time),
    delivery,
  };
}
