import { expect, test } from "vitest";
import { filesIn } from "../../bin/files.ts";

test("files of a run are the addresses in its output, each once; offloaded values do not count", () => {
  const film = "s3://bucket/make/run/film.mp4";
  const kept = { "millrace:ref": { uri: "s3://bucket/make/run/payload/1", bytes: 9, sha256: "s" } };
  expect(
    filesIn({ film, published: { film, page: "s3://bucket/page.html" }, kept, pages: [1, null] }),
  ).toEqual([film, "s3://bucket/page.html"]);
});
