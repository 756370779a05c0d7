import type { SharedFiles } from "../../lambdas/runtime/index.ts";
import { type Feed, readFeed, writeAtom, writeFeed } from "./feed.ts";

const FEED = "feed.json";
const ATOM = "atom.xml";

/** Maximum number of attempts for concurrent publications; then the step is retried. */
const TRIES = 30;

/**
 * Changes the feed, and updates the Atom feed from it. Of two concurrent changes, neither is lost: each
 * writes over the version that it has read, or reads again. The Atom feed is written from a feed that was
 * read after its own version, so that the last one written contains all films.
 */
export async function changeFeeds(shared: SharedFiles, change: (feed: Feed) => Feed): Promise<void> {
  await rewrite(shared, FEED, "application/feed+json", async (text) => writeFeed(change(readFeed(text))));
  await rewrite(shared, ATOM, "application/atom+xml", async () =>
    writeAtom(readFeed(await textOf(shared, FEED))),
  );
}

/** Rewrites a file from its current content; retries if another run was faster. */
async function rewrite(
  shared: SharedFiles,
  key: string,
  contentType: string,
  next: (text: string | undefined) => Promise<string>,
): Promise<void> {
  for (let tried = 0; tried < TRIES; tried++) {
    const current = await shared.read(key);
    const text = current && decode(current.body);
    const wanted = await next(text);
    if (wanted === text || (await shared.write(key, wanted, contentType, current?.version ?? null))) return;
  }
  throw new Error(`Others have changed ${shared.uri(key)} each time, ${TRIES} times.`);
}

async function textOf(shared: SharedFiles, key: string): Promise<string | undefined> {
  const file = await shared.read(key);
  return file && decode(file.body);
}

function decode(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}
