import { expect, test } from "vitest";
import type { SharedFile, SharedFiles } from "../../../lambdas/runtime/ports/files.ts";
import { toFailure } from "../../../lib/contract/failure.ts";
import { readFeed, writeAtom } from "../../../workflows/video/feed.ts";
import { folderOf, putOut, takeBack, withdraw } from "../../../workflows/video/publication.ts";
import { memoryShared } from "../../runtime/memory/memory-work.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const WITHDRAWAL = { videoId: "tides", run: "its withdrawal", now: NOW };
const text = (file: SharedFile | undefined) => file && Buffer.from(file.body).toString();

function studio() {
  const { shared, files } = memoryShared();
  /** The shared files, where `also` happens between an operation and the next, each time. */
  const disturbed = (also: (operation: number) => Promise<unknown>): SharedFiles => {
    let operation = 0;
    const then = async <Value>(answer: Promise<Value>) => {
      const value = await answer;
      await also(++operation);
      return value;
    };
    return {
      uri: shared.uri,
      read: (key) => then(shared.read(key)),
      write: (...file) => then(shared.write(...file)),
      remove: (key) => then(shared.remove(key)),
    };
  };
  const publish = (videoId: string, run = `run of ${videoId}`, through = shared, now = NOW) =>
    putOut(
      through,
      { videoId, run, now },
      {
        page: { body: `page of ${videoId}`, type: "text/html" },
        film: { body: "film", type: "video/mp4" },
        captions: { body: "captions", type: "text/vtt" },
        poster: { body: "poster", type: "image/png" },
      },
      {
        title: `About ${videoId}`,
        content_text: `What there is to ${videoId}.`,
        attachments: [{ url: "film.mp4", mime_type: "video/mp4", size_in_bytes: 4, duration_in_seconds: 18 }],
      },
    );
  const listed = () => readFeed(text(files.get("feed.json"))).items.map(({ title }) => title);
  /** Everything that is out, by its key, but for the feeds themselves. */
  const out = () => [...files.keys()].filter((key) => !/^(feed\.json|atom\.xml)$/.test(key)).sort();
  return { shared, files, disturbed, publish, listed, out };
}

test("A film is published with its files, its page and an entry in both feeds, at relative addresses.", async () => {
  const { publish, files, out } = studio();
  const folder = folderOf("Tides & 月");
  expect(folder).toMatch(/^tides-[0-9a-f]{8}$/);
  expect(await publish("Tides & 月")).toEqual({
    page: `s3://bucket/_shared/published/${folder}/index.html`,
    film: `s3://bucket/_shared/published/${folder}/film.mp4`,
    captions: `s3://bucket/_shared/published/${folder}/captions.vtt`,
    poster: `s3://bucket/_shared/published/${folder}/poster.png`,
  });
  expect(out()).toEqual(
    ["captions.vtt", "film.mp4", "index.html", "poster.png", "published.json"].map(
      (file) => `${folder}/${file}`,
    ),
  );
  const feed = readFeed(text(files.get("feed.json")));
  expect(feed.items).toEqual([
    {
      id: `urn:millrace:film:${folder}`,
      url: `${folder}/index.html`,
      image: `${folder}/poster.png`,
      title: "About Tides & 月",
      content_text: "What there is to Tides & 月.",
      date_published: "2026-11-21T12:00:00.000Z",
      attachments: [
        {
          url: `${folder}/film.mp4`,
          mime_type: "video/mp4",
          size_in_bytes: 4,
          duration_in_seconds: 18,
        },
      ],
    },
  ]);
  expect(text(files.get("atom.xml"))).toBe(writeAtom(feed));
  expect(writeAtom(feed)).toContain("<title>About Tides &#38; 月</title>");
});

test("Two ids that look alike have folders of their own.", () => {
  expect(folderOf("a/b")).not.toBe(folderOf("a-b"));
  expect(folderOf("../../etc")).toMatch(/^etc-[0-9a-f]{8}$/);
  expect(folderOf("月")).toMatch(/^[0-9a-f]{8}$/);
});

test("The same film twice is one, as of the first time; another run is refused.", async () => {
  const { publish, files, listed } = studio();
  await publish("tides");
  const before = new Map(files);
  await publish("tides", "run of tides", undefined, NOW + 60_000);
  expect(listed()).toEqual(["About tides"]);
  expect(text(files.get("feed.json"))).toBe(text(before.get("feed.json")));
  const refused = await publish("tides", "another run").catch(toFailure);
  expect(refused).toMatchObject({ policy: "give-up", name: "PublishedBefore" });
});

test("Concurrent publications and withdrawals lose nothing of each other, in either feed.", async () => {
  const { publish, shared, files, listed } = studio();
  const ids = Array.from({ length: 20 }, (_, at) => `film ${at}`);
  await Promise.all(ids.map((id) => publish(id)));
  expect(listed().sort()).toEqual(ids.map((id) => `About ${id}`).sort());
  await Promise.all(ids.slice(0, 19).map((id) => takeBack(shared, id, `run of ${id}`)));
  expect(listed()).toEqual(["About film 19"]);
  expect(text(files.get("atom.xml"))).toBe(writeAtom(readFeed(text(files.get("feed.json")))));
});

test("An undo removes everything, however often it runs; and nothing that another run has published since.", async () => {
  const { publish, shared, listed, out } = studio();
  await takeBack(shared, "tides", "run of tides");
  await publish("tides");
  await takeBack(shared, "tides", "run of tides");
  await takeBack(shared, "tides", "run of tides");
  expect([listed(), out()]).toEqual([[], []]);
  await publish("tides", "another run");
  await takeBack(shared, "tides", "run of tides");
  expect(listed()).toEqual(["About tides"]);
});

test("A withdrawn film stays withdrawn: it is removed, and never published again.", async () => {
  const { publish, shared, listed, out } = studio();
  await publish("tides");
  expect(await withdraw(shared, WITHDRAWAL)).toBe(true);
  expect(await withdraw(shared, WITHDRAWAL)).toBe(true);
  expect(await withdraw(shared, { ...WITHDRAWAL, run: "another" })).toBe(false);
  expect([listed(), out()]).toEqual([[], [`${folderOf("tides")}/published.json`]]);
  expect(await withdraw(shared, { ...WITHDRAWAL, videoId: "rain" })).toBe(false);
  for (const id of ["tides", "rain"]) {
    expect(await publish(id).catch(toFailure)).toMatchObject({ policy: "give-up", name: "Withdrawn" });
  }
  await takeBack(shared, "tides", "run of tides");
  expect(await publish("tides").catch(toFailure)).toMatchObject({ name: "Withdrawn" });
});

test("Withdrawn at any moment of its publication, a film is not published.", async () => {
  let moments = 0;
  for (let at = 1; ; at++) {
    const { publish, shared, disturbed, listed, out } = studio();
    let happened = false;
    const through = disturbed(async (operation) => {
      if (operation !== at) return;
      happened = true;
      await withdraw(shared, WITHDRAWAL);
    });
    await publish("tides", "run of tides", through).catch((error) => {
      expect(toFailure(error)).toMatchObject({ name: "Withdrawn" });
    });
    if (!happened) break;
    moments++;
    expect([at, listed(), out()]).toEqual([at, [], [`${folderOf("tides")}/published.json`]]);
  }
  expect(moments).toBeGreaterThan(8);
});

test("Published at any moment of its withdrawal, a film is not published.", async () => {
  let moments = 0;
  for (let at = 1; ; at++) {
    const { publish, disturbed, listed, out } = studio();
    let happened = false;
    const through = disturbed(async (operation) => {
      if (operation !== at) return;
      happened = true;
      await publish("tides").catch(() => {});
    });
    await withdraw(through, WITHDRAWAL);
    if (!happened) break;
    moments++;
    expect([at, listed(), out()]).toEqual([at, [], [`${folderOf("tides")}/published.json`]]);
  }
  expect(moments).toBeGreaterThan(8);
});
