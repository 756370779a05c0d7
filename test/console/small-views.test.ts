import { describe, expect, test } from "vitest";
import { ranked } from "../../console/src/app/palette-rank.ts";
import { choiceOf, themeOf } from "../../console/src/app/theme-choice.ts";
import { copiesOf } from "../../console/src/run/copies.ts";
import { commandLine, commandLineAt } from "../../console/src/text/command-line.ts";
import { jsonLines, matchingLines, seenLines } from "../../console/src/text/json-lines.ts";
import { workflowOf } from "../../console/src/text/run-id.ts";
import { sentence } from "../../console/src/text/sentence.ts";

describe("JSON", () => {
  const text = JSON.stringify({ a: { b: [1, { c: "}" }], d: [] }, e: 'x: "{" {' }, null, 2);
  const lines = jsonLines(text);

  test("folds from an opening line to its closing line; braces in texts do not count", () => {
    expect(lines.map((line) => line.text).join("\n")).toBe(text);
    const opening = lines.flatMap(({ text: line, closes }) =>
      closes === undefined ? [] : [[line.trim(), lines[closes]!.text.trim()]],
    );
    expect(opening).toEqual([
      ["{", "}"],
      ['"a": {', "},"],
      ['"b": [', "],"],
      ["{", "}"],
    ]);
    const b = lines.findIndex((line) => line.text.includes('"b"'));
    const seen = seenLines(lines, new Set([b])).map((index) => lines[index]!.text.trim());
    expect(seen).toEqual(["{", '"a": {', '"b": [', '"d": []', "},", lines.at(-2)!.text.trim(), "}"]);
    expect(seenLines(lines, new Set())).toHaveLength(lines.length);
  });

  test("finds lines by their text, whatever the case", () => {
    expect(matchingLines(lines, '"C"')).toHaveLength(1);
    expect(matchingLines(lines, "  ")).toEqual([]);
  });
});

test("the palette finds names by their beginning, by a word, by a part, and by letters in order", () => {
  const entries = ["Overview", "order.placed", "fulfil-order", "Dead letters"].map((name) => ({
    key: name,
    name,
  }));
  const names = (text: string) => ranked(entries, text).map(({ name }) => name);
  expect(names("or")).toEqual(["order.placed", "fulfil-order", "Overview"]);
  expect(names("ord")[0]).toBe("order.placed");
  expect(names("dlt")).toEqual(["Dead letters"]);
  expect(names("zzz")).toEqual([]);
  expect(names("")).toHaveLength(4);
});

test("the system's theme is not stored, so that the page follows the system again", () => {
  expect(themeOf(null, true)).toBe("dark");
  expect(themeOf("light", true)).toBe("light");
  expect(themeOf("nonsense", false)).toBe("light");
  expect(choiceOf("light", false)).toBeUndefined();
  expect(choiceOf("dark", false)).toBe("dark");
});

test("the workflow of a run is in its id", () => {
  expect(workflowOf("produce-video-r5oe4mkc3edj76vlnndd")).toBe("produce-video");
});

test("copied commands contain no token and are quoted for a shell", () => {
  const [id, cli, curl] = copiesOf(
    "film-1's",
    "http://127.0.0.1:4566/_api/x/api/runs/film-1's",
    "npx millrace",
  );
  expect(id!.text).toBe("film-1's");
  expect(cli!.text).toBe("npx millrace log 'film-1'\\''s'");
  expect(curl!.text).toContain("$MILLRACE_TOKEN");
});

test("a command is for the deployment of the console, and as the user calls it there", () => {
  const local = (name: string) => ({ name, deployedOn: "local" as const });
  expect(commandLine(local("Millrace"), "npm run millrace --")).toBe("npm run millrace --");
  expect(commandLine(local("Shop"), "npx millrace --endpoint http://127.0.0.1:4600")).toBe(
    "npx millrace --endpoint http://127.0.0.1:4600 --stack Shop",
  );
  expect(commandLine({ name: "Shop", deployedOn: "aws" })).toBe("npx millrace --aws --stack Shop");
});

test.each([
  ["http://127.0.0.1:4566/_api/x/", "npm run millrace --"],
  ["http://x.execute-api.localhost:4566/", "npm run millrace --"],
  ["https://x.execute-api.eu-central-1.amazonaws.com/", "npx millrace --aws --stack <stack>"],
])("before a user signs in at %s, the command is %s", (address, command) => {
  expect(commandLineAt(address, "npm run millrace --")).toBe(command);
});

test("a reason ends as a sentence before the next begins", () => {
  expect(sentence("root: a test ")).toBe("root: a test.");
  expect(sentence("Done!")).toBe("Done!");
});
