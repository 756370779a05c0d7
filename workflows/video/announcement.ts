import type { StepContext } from "../../lambdas/runtime/index.ts";
import { digestOf } from "./digest.ts";
import { ANNOUNCEMENTS, type Published } from "./steps.ts";
import { LIST, parseSubscribers, type Subscriber } from "./subscribers.ts";
import { type Delivery, deliver } from "./webhook.ts";

export interface Announcement {
  videoId: string;
  title: string;
  published: Published;
}

/** Addresses of subscribers. */
export interface Announced {
  notified: string[];
  missed: string[];
}

type Context = Pick<StepContext, "shared" | "artifacts" | "attempt" | "idempotencyKey" | "signal" | "log">;

/** The subscribers that an earlier attempt notified. */
const KEPT = "announced.json";

/**
 * Notifies each subscriber of a published film. Unreachable subscribers are retried by the step's policy, and
 * no subscriber is notified twice. The film stays published in any case: after the last attempt, the step
 * returns the subscribers that were missed.
 */
export async function announceFilm(
  { videoId, title, published }: Announcement,
  context: Context,
): Promise<Announced> {
  const { attempt, artifacts, log } = context;
  const list = context.shared.uri(LIST);
  const file = await context.shared.read(LIST);
  let subscribers: Subscriber[];
  try {
    subscribers = parseSubscribers(file?.body);
  } catch (error) {
    // A retry of this step cannot fix it.
    const why = (error as Error).message;
    log.error("The list of subscribers cannot be read; no subscriber was notified.", { list, why });
    return { notified: [], missed: [list] };
  }
  const before = attempt > 1 ? await notifiedBefore(artifacts) : [];
  const message = {
    id: `msg_${digestOf(context.idempotencyKey)}`,
    body: JSON.stringify({ type: "video.published", data: { videoId, title, ...published } }),
  };
  const outcomes = await Promise.all(
    subscribers.map(
      async (subscriber): Promise<[Subscriber, Delivery]> => [
        subscriber,
        before.includes(subscriber.url)
          ? "notified"
          : await deliver(subscriber, message, { now: Date.now(), signal: context.signal }),
      ],
    ),
  );
  const whose = (...wanted: Delivery[]) =>
    outcomes.flatMap(([{ url }, outcome]) => (wanted.includes(outcome) ? [url] : []));
  const failed = whose("failed");
  if (failed.length > 0 && attempt < ANNOUNCEMENTS) {
    await artifacts.put(KEPT, JSON.stringify(whose("notified")), "application/json");
    throw new Error(`Could not be reached: ${failed.join(", ")}.`);
  }
  return { notified: whose("notified"), missed: whose("failed", "gone") };
}

/** Empty if the last attempt failed before it was stored: then some are notified again, with the same id. */
async function notifiedBefore(artifacts: Context["artifacts"]): Promise<string[]> {
  try {
    return JSON.parse(new TextDecoder().decode(await artifacts.get(KEPT)));
  } catch (error) {
    if (["NoSuchKey", "AccessDenied"].includes((error as Error).name)) return [];
    throw error;
  }
}
