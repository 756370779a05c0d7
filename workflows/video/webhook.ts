import { createHmac } from "node:crypto";
import type { Subscriber } from "./subscribers.ts";

/** A message to a subscriber. */
export interface Message {
  /** The same for every attempt: receivers detect duplicates by it. */
  id: string;
  body: string;
}

/** The result of an attempt: `gone` wants no more requests, `failed` may succeed at another time. */
export type Delivery = "notified" | "gone" | "failed";

const PATIENCE = 10_000;

/**
 * Sends a message, signed as in https://www.standardwebhooks.com, so that receivers verify it with a library.
 * `now` in epoch milliseconds.
 */
export async function deliver(
  { url, secret }: Subscriber,
  { id, body }: Message,
  { now, signal }: { now: number; signal: AbortSignal },
): Promise<Delivery> {
  const timestamp = String(Math.floor(now / 1000));
  try {
    const answer = await fetch(url, {
      method: "POST",
      body,
      // A redirect could lead anywhere, also into a network that only this function can reach.
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`,
      },
    });
    await answer.body?.cancel();
    return answer.ok ? "notified" : answer.status === 410 ? "gone" : "failed";
  } catch {
    signal.throwIfAborted();
    return "failed";
  }
}

function sign(secret: string, text: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return createHmac("sha256", key).update(text).digest("base64");
}
