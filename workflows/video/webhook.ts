import { createHmac } from "node:crypto";
import type { Subscriber } from "./subscribers.ts";

/** A message to a subscriber. */
export interface Message {
  /** The same for every try: receivers know by it what they have had. */
  id: string;
  body: string;
}

/** What became of a try: `gone` wants no more, `failed` may do another time. */
export type Delivery = "told" | "gone" | "failed";

const PATIENCE = 10_000;

/**
 * Sends a message, signed as https://www.standardwebhooks.com has it, so that receivers verify it with a library.
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
      // A redirect could lead anywhere, also into a network that only this function sees.
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
    return answer.ok ? "told" : answer.status === 410 ? "gone" : "failed";
  } catch {
    signal.throwIfAborted();
    return "failed";
  }
}

function sign(secret: string, text: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return createHmac("sha256", key).update(text).digest("base64");
}
