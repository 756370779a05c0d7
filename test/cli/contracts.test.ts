import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { millraceHere } from "./in-process.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "millrace-contracts-"));
afterAll(() => rmSync(folder, { recursive: true }));

const contracts = (...args: string[]) => millraceHere("contracts", ...args);
test("records are written, compared, and show which change breaks which side", async () => {
  expect((await contracts("write", "--folder", folder)).code).toBe(0);
  expect(await contracts("check", "--folder", folder)).toMatchObject({
    code: 0,
    out: "All contracts match their records.\n",
  });

  const path = join(folder, "video.requested/v1.json");
  const record = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...record, required: ["videoId"] }));
  const narrowed = await contracts("check", "--folder", folder);
  expect(narrowed.code).toBe(1);
  expect(narrowed.out).toBe(
    "✗ video.requested version 1: `topic` became required: producers that send version 1 without it are refused.\n",
  );
  expect(narrowed.error).toMatch(
    /^1 of 1 changes are not compatible\. Revert them, or declare a new version/,
  );

  writeFileSync(path, JSON.stringify({ ...record, required: [...record.required, "scenes"] }));
  const widened = await contracts("check", "--folder", folder);
  expect(widened).toMatchObject({
    code: 0,
    out: expect.stringContaining("· video.requested version 1: `scenes` may be left out now"),
  });

  writeFileSync(path, "{");
  expect(await contracts("check", "--folder", folder)).toMatchObject({
    code: 1,
    error: expect.stringMatching(/is not JSON/),
  });
}, 60_000);

test("a contract without a record is not incompatible: it is to be recorded", async () => {
  const empty = join(folder, "empty");
  const unrecorded = await contracts("check", "--folder", empty);
  expect(unrecorded.code).toBe(1);
  expect(unrecorded.out).toMatch(/^✗ video\.published version 1: This version has no record\./);
  expect(unrecorded.error).toMatch(
    /^\d+ versions have no record yet, and nothing else is wrong\. Run `millrace contracts write`, and commit the result\.$/m,
  );
  expect(unrecorded.error).not.toMatch(/compatible|Revert/);
});

test("the documents of the reference events are up to date", async () => {
  const out = join(folder, "events");
  expect((await contracts("document", "--out", out)).code).toBe(0);
  for (const path of readdirSync(out))
    expect(
      readFileSync(join(root, "docs/events", path), "utf8"),
      `${path}: run millrace contracts document`,
    ).toBe(readFileSync(join(out, path), "utf8"));
}, 60_000);
