import * as z from "zod";
import { escapeXml } from "./svg.ts";

/** A film in the feed. Addresses are relative to it, since the bucket's public address is not known here. */
const Item = z.object({
  id: z.string(),
  url: z.string(),
  title: z.string(),
  content_text: z.string(),
  image: z.string(),
  /** ISO. */
  date_published: z.string(),
  attachments: z.array(
    z.object({
      url: z.string(),
      mime_type: z.string(),
      size_in_bytes: z.number(),
      duration_in_seconds: z.number(),
    }),
  ),
});
export type Item = z.infer<typeof Item>;

/** https://www.jsonfeed.org/version/1.1 */
const Feed = z.object({ version: z.string(), title: z.string(), feed_url: z.string(), items: z.array(Item) });
export type Feed = z.infer<typeof Feed>;

/** A feed lists new films; the pages of older films remain. */
const MOST_ITEMS = 100;
const EMPTY: Feed = {
  version: "https://jsonfeed.org/version/1.1",
  title: "Films",
  feed_url: "feed.json",
  items: [],
};

/** Parses a feed; an empty one if there is none. Throws if it is invalid. */
export function readFeed(text: string | undefined): Feed {
  return text === undefined ? EMPTY : Feed.parse(JSON.parse(text));
}

/** The feed with an item, the newest first. One of the same id is replaced. */
export function withItem(feed: Feed, item: Item): Feed {
  const items = [item, ...feed.items.filter(({ id }) => id !== item.id)].sort(
    (a, b) => b.date_published.localeCompare(a.date_published) || a.id.localeCompare(b.id),
  );
  return { ...feed, items: items.slice(0, MOST_ITEMS) };
}

export function withoutItem(feed: Feed, id: string): Feed {
  return { ...feed, items: feed.items.filter((item) => item.id !== id) };
}

export function writeFeed(feed: Feed): string {
  return `${JSON.stringify(feed, undefined, 2)}\n`;
}

/** The same for readers of Atom: https://www.rfc-editor.org/rfc/rfc4287 */
export function writeAtom({ title, items }: Feed): string {
  const entries = items.map(
    (item) => `  <entry>
    <id>${escapeXml(item.id)}</id>
    <title>${escapeXml(item.title)}</title>
    <updated>${escapeXml(item.date_published)}</updated>
    <link rel="alternate" type="text/html" href="${escapeXml(item.url)}"/>
${item.attachments
  .map(
    ({ url, mime_type, size_in_bytes }) =>
      `    <link rel="enclosure" type="${escapeXml(mime_type)}" length="${size_in_bytes}" href="${escapeXml(url)}"/>\n`,
  )
  .join("")}    <summary>${escapeXml(item.content_text)}</summary>
  </entry>
`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>urn:millrace:films</id>
  <title>${escapeXml(title)}</title>
  <author><name>Millrace</name></author>
  <updated>${items[0]?.date_published ?? "1970-01-01T00:00:00.000Z"}</updated>
  <link rel="self" type="application/atom+xml" href="atom.xml"/>
${entries.join("")}</feed>
`;
}
