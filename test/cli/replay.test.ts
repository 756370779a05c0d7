import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { millraceHere } from "./in-process.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "millrace-replay-"));
afterAll(() => rmSync(folder, { recursive: true }));
const film = join(root, "test/histories/produce-video-approved.json");
const order = join(root, "test/histories/fulfil-order-compensated.json");
/** Nothing answers there: a recording in a file needs no cloud. */
const UNREACHABLE = "http://127.0.0.1:1";
const replay = (...args: string[]) => millraceHere("--endpoint", UNREACHABLE, "replay", ...args);

function fileOf(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

test("a recorded run is replayed on its own definition, with its compensation", async () => {
  const { code, out, error } = await replay(order);
  expect(error).toBe("");
  expect(out).toMatch(
    /^fulfil-order-\w+ takes the same path: \d+ moments\.\nThe compensation of fulfil-order-\w+ takes the same path: \d+ moments, 3 branches and iterations among them\.\n$/,
  );
  expect(code).toBe(0);
});

test("on the current definition", async () => {
  expect(await replay(film, "--against", "current")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^produce-video-\w+ against current takes the same path: \d+ moments/),
  });
});

test("on a state machine in a file, differences are shown, and the exit code says so", async () => {
  const { definition } = JSON.parse(readFileSync(film, "utf8")).executions[0];
  definition.States["render-film"].Arguments.MessageBody.input.style = "noir";
  const { code, out } = await replay(film, "--against", fileOf("noir.json", definition));
  expect(out).toMatch(/≠ called render-film +called render-film\n/);
  expect(out).toContain('MessageBody.input.style: recorded nothing, now "noir"');
  expect(code).toBe(1);
});

test("as JSON: whether the paths are the same, and each moment with its data", async () => {
  const { out } = await replay(order, "--json");
  expect(JSON.parse(out)).toMatchObject([
    { what: expect.stringMatching(/^fulfil-order-\w+$/), comparison: { same: true } },
    { what: expect.stringMatching(/^The compensation of /), comparison: { same: true } },
  ]);
  const moments = JSON.parse((await replay(film, "--debug", "--json")).out);
  expect(moments[0]).toMatchObject({ of: "run", place: "", at: expect.stringMatching(/^\d{4}-/) });
  expect(moments.length).toBeGreaterThan(10);
});

test("a recording that was read can be saved unchanged", async () => {
  const copy = join(folder, "a/b/copy.json");
  expect(await replay(film, "--save", copy)).toMatchObject({ code: 0 });
  expect(readFileSync(copy, "utf8")).toBe(readFileSync(film, "utf8"));
});

test.each<[string, string[], RegExp]>([
  ["a file that is not there", ["no/such.json"], /^no\/such\.json does not exist\. Check its path\./],
  ["a file that is no recording", [fileOf("none.json", "{}")], /none\.json is not the recording of a run/],
  ["a run where no cloud is", ["produce-video-x"], /^Cannot reach http:\/\/127\.0\.0\.1:1/],
  ["a definition that is no file", [film, "--against", "newest"], /^newest is not a state machine in JSON/],
  [
    "a state machine that is none",
    [film, "--against", fileOf("empty.json", {})],
    /^The replay failed\. The definition is none: /,
  ],
  [
    "a workflow that is not in the app",
    [order, "--against", "current"],
    /^Run fulfil-order-\w+ belongs to "fulfil-order", which is not in workflows\/index\.ts/,
  ],
])("one message for %s", async (_, args, message) => {
  const { code, out, error } = await replay(...args);
  expect(error).toMatch(message);
  expect(error).not.toMatch(/^\s+at /m);
  expect({ code, out }).toEqual({ code: 1, out: "" });
});
