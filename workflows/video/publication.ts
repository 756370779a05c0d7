import * as z from "zod";
import { giveUp, type SharedFiles } from "../../lambdas/runtime/index.ts";
import { digestOf } from "./digest.ts";
import { type Item, withItem, withoutItem } from "./feed.ts";
import { changeFeeds } from "./feeds.ts";
import { FILES } from "./film-page.ts";

/**
 * The record of a published or withdrawn film, next to its files. The run that writes it first may publish
 * the film.
 */
const Record = z.object({
  videoId: z.string(),
  /** The run that has published it; absent if it was withdrawn before that. */
  run: z.string().optional(),
  /** ISO. */
  publishedAt: z.string().optional(),
  /** ISO. A withdrawn film stays withdrawn. */
  withdrawnAt: z.string().optional(),
  /** The run that has withdrawn it. */
  withdrawnBy: z.string().optional(),
});
type Record = z.infer<typeof Record>;

const RECORD = "published.json";

/** The files of a published film, with their types. */
export type FilmFiles = { [name in keyof typeof FILES]: { body: Uint8Array | string; type: string } };

/** The folder of a film: readable, valid in any address, and unique to the film. */
export function folderOf(videoId: string): string {
  const legible = videoId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  return [...(legible ? [legible] : []), digestOf(videoId).slice(0, 8)].join("-");
}

/**
 * Publishes a film: its files, its page, and at last its entry in the feeds, so that feeds contain no missing pages.
 * Repeating it in the same run has no effect. Fails if another run published it, or if it was withdrawn.
 */
export async function putOut(
  shared: SharedFiles,
  { videoId, run, now }: { videoId: string; run: string; now: number },
  files: FilmFiles,
  about: Omit<Item, "id" | "url" | "image" | "date_published">,
): Promise<{ [name in keyof typeof FILES]: string }> {
  const folder = folderOf(videoId);
  const publishedAt = await claim(shared, folder, videoId, run, now);
  await Promise.all(
    NAMES.map((name) => shared.write(`${folder}/${FILES[name]}`, files[name].body, files[name].type)),
  );
  const item = {
    ...about,
    id: idOf(folder),
    date_published: publishedAt,
    url: `${folder}/${FILES.page}`,
    image: `${folder}/${FILES.poster}`,
    attachments: about.attachments.map((file) => ({ ...file, url: `${folder}/${file.url}` })),
  };
  await changeFeeds(shared, (feed) => withItem(feed, item));
  // Withdrawing writes the record first, and publishing reads it last: one of the two sees the other.
  if ((await recordOf(shared, folder))?.withdrawnAt) {
    await clear(shared, folder);
    throw withdrawn(videoId);
  }
  const addressOf = (name: keyof typeof FILES) => shared.uri(`${folder}/${FILES[name]}`);
  return {
    page: addressOf("page"),
    film: addressOf("film"),
    captions: addressOf("captions"),
    poster: addressOf("poster"),
  };
}

/**
 * Undoes the publication of a run, if there is one. Does nothing if another run has published the film since.
 */
export async function takeBack(shared: SharedFiles, videoId: string, run: string): Promise<void> {
  const folder = folderOf(videoId);
  const record = await recordOf(shared, folder);
  if (record?.run !== undefined && record.run !== run) return;
  await clear(shared, folder);
  if (!record?.withdrawnAt) await shared.remove(`${folder}/${RECORD}`);
}

/**
 * Withdraws a film permanently: it is removed from the feeds and from its page, and never published again.
 * Answers whether that removed something; repeating it in the same run has no effect.
 */
export async function withdraw(
  shared: SharedFiles,
  { videoId, run, now }: { videoId: string; run: string; now: number },
): Promise<boolean> {
  const folder = folderOf(videoId);
  const record = await recordOf(shared, folder);
  const { withdrawnAt = new Date(now).toISOString(), withdrawnBy = run } = record ?? {};
  const text = textOf({ videoId, ...record, withdrawnAt, withdrawnBy });
  await shared.write(`${folder}/${RECORD}`, text, JSON_TYPE);
  await clear(shared, folder);
  return record?.publishedAt !== undefined && withdrawnBy === run;
}

/** The time of publication, if this run may publish. */
async function claim(
  shared: SharedFiles,
  folder: string,
  videoId: string,
  run: string,
  now: number,
): Promise<string> {
  const publishedAt = new Date(now).toISOString();
  const record = textOf({ videoId, run, publishedAt });
  if (await shared.write(`${folder}/${RECORD}`, record, JSON_TYPE, null)) return publishedAt;
  const existing = await recordOf(shared, folder);
  if (existing?.withdrawnAt) throw withdrawn(videoId);
  if (existing?.run === run && existing.publishedAt) return existing.publishedAt;
  if (!existing) throw new Error(`The film "${videoId}" is being taken back at this moment.`);
  throw giveUp(
    `The film "${videoId}" is out already, by ${existing.run}. A film has an id of its own: choose another.`,
    { name: "PublishedBefore" },
  );
}

/** Removes it from the feeds first, so that feeds contain no missing pages. */
async function clear(shared: SharedFiles, folder: string): Promise<void> {
  await changeFeeds(shared, (feed) => withoutItem(feed, idOf(folder)));
  await Promise.all(NAMES.map((name) => shared.remove(`${folder}/${FILES[name]}`)));
}

async function recordOf(shared: SharedFiles, folder: string): Promise<Record | undefined> {
  const file = await shared.read(`${folder}/${RECORD}`);
  return file && Record.parse(JSON.parse(new TextDecoder().decode(file.body)));
}

const NAMES = Object.keys(FILES) as (keyof typeof FILES)[];
const JSON_TYPE = "application/json";
const textOf = (record: Record) => `${JSON.stringify(record)}\n`;
const idOf = (folder: string) => `urn:millrace:film:${folder}`;

function withdrawn(videoId: string): Error {
  return giveUp(`The film "${videoId}" was withdrawn.`, { name: "Withdrawn" });
}
