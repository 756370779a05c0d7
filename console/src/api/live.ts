import { ApiError, address, ask } from "./client.ts";
import { EventStreamReader } from "./event-stream.ts";
import type { FeedChange } from "./types.ts";

export type Connection = "connecting" | "live" | "hidden" | "broken";

interface Listener {
  changes(changes: FeedChange[]): void;
  connection(state: Connection): void;
  /** Changes may have been missed: reload everything. */
  missed(): void;
}

const SOON = 500;
/** Milliseconds after which a request without an error counts as accepted. */
const SETTLED = 1_500;
const LONGEST_PAUSE = 15_000;

/**
 * Follows changes. A response ends after some seconds (HTTP APIs cannot stream); the next request continues
 * after the last id. A hidden tab makes no requests. EventSource sends no headers, so this reads the stream.
 * @returns a function that ends it
 */
export function followChanges(listener: Listener): () => void {
  let ended = false;
  let abort = new AbortController();
  let last: string | undefined;
  let failures = 0;

  const connected = () => {
    listener.connection("live");
    if (failures > 0) listener.missed();
    failures = 0;
  };

  const read = async (): Promise<number> => {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (last !== undefined) headers["Last-Event-ID"] = last;
    // The response may arrive only as a whole, at its end. While a request is open, the page is connected.
    const resolved = setTimeout(connected, SETTLED);
    const response = await ask(address("live"), { headers, signal: abort.signal }).finally(() =>
      clearTimeout(resolved),
    );
    connected();
    const reader = new EventStreamReader();
    const text = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await text.read();
      if (done) return reader.retry ?? SOON;
      const events = reader.push(value);
      last = reader.lastId ?? last;
      for (const { type, data } of events) {
        if (type === "missed") listener.missed();
        else listener.changes(JSON.parse(data) as FeedChange[]);
      }
    }
  };

  const follow = async (): Promise<void> => {
    while (!ended) {
      if (document.hidden) {
        listener.connection("hidden");
        await untilVisible();
        listener.missed();
        continue;
      }
      try {
        await pause(await read());
      } catch (error) {
        if (ended) return;
        if (abort.signal.aborted) {
          abort = new AbortController();
          continue;
        }
        // The pages themselves show this and lead to the sign-in.
        if (error instanceof ApiError && error.status === 401) return listener.connection("broken");
        failures += 1;
        // One request may fail on its way, and the next one reconnects.
        if (failures > 1) listener.connection("broken");
        await pause(Math.min(LONGEST_PAUSE, SOON * 2 ** failures));
      }
    }
  };

  const hidden = () => {
    if (document.hidden) abort.abort();
  };
  document.addEventListener("visibilitychange", hidden);
  void follow();
  return () => {
    ended = true;
    document.removeEventListener("visibilitychange", hidden);
    abort.abort();
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function untilVisible(): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
  });
}
