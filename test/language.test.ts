import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/**
 * Private or archaic words, with the term to write instead. docs/glossary.md has the terms. They are looked for in
 * texts, in the parts of identifiers (`looksOn` is "looks on"), and in the names of files.
 */
const WORDS: [word: RegExp, instead: string][] = [
  [/\banew\b/i, "again, restart, re-create"],
  [/\bonce more\b/i, "again"],
  [/\btell(s|ing)?\b|\btold\b/i, "publish, record, report, call, distinguish"],
  [/\bhears?\b|\bheard\b/i, "receive, observe"],
  [/\bforesees?\b|\bforeseen?\b/i, "dry run, expect"],
  [/\bpark(s|ed|ing)?\b/i, "defer, offload"],
  [/\bdesk\b/i, "collector, store, wide screen"],
  [/\bstands? as\b/i, "has the status"],
  [/\blost lease\b/i, "lease-expiry policy"],
  [/\bfinisher\b/i, "completion handler"],
  [/\bnobody\b/i, "no subscriber, no operator, none"],
  [/\bsomebody\b/i, "the operator, the caller, a viewer"],
  [/\bwhoever\b/i, "the caller, the user who"],
  [/\bmend(s|ed|ing)?\b/i, "fix"],
  [/\bsurroundings\b/i, "infrastructure, environment, parent"],
  [/\bthereby\b/i, "so"],
  [/\bbeside\b/i, "next to, in addition to"],
  [/\bonlookers?\b/i, "viewers"],
  [/\bdeeds?\b/i, "operations"],
  [/\b(go|goes|going|went) on\b/i, "continue"],
  [/\bunder way\b/i, "running, in progress"],
  [/\blooks? on\b/i, "viewer"],
  [/\b(take|takes|taken|took) up\b(?! to)/i, "receive, handle, continue"],
  [/\bset aside\b/i, "defer, reserve"],
  [/\b(as|where) (it|they) (stands?|stood)\b/i, "current state, state at"],
  [/\bmost so many\b/i, "maximum number of"],
  [/\bat the most\b/i, "at most, maximum"],
  [/\bso many (of|at|milliseconds|items|bytes)\b/i, "this number of, maximum number of"],
  [/\b(put|lies|lie|laid) aside\b/i, "defer, store"],
  [/\bset-aside\b/i, "defer, requeue"],
  [/\b(hands?|handed) on\b/i, "pass on"],
  [/\bgone through\b/i, "iterated, read"],
  [/\bof late\b/i, "recently"],
  [/\banybody\b|\beverybody\b/i, "every user, every caller, all participants"],
  [/\b(each|every|another|last|first) try\b/i, "attempt"],
  [/\bof its own accord\b/i, "automatically"],
  [/\bstandings?\b/i, "state, stored item"],
  [/\b(come|comes|came) again\b/i, "is delivered again"],
  [/\bbecomes of\b/i, "how it ends, how it is handled"],
  [/\b(lie|lies|lay|lain) in\b/i, "is in"],
  [/\b(thereof|whereby|thereupon|hitherto|whence|lest)\b/i, "a plain conjunction"],
];

/** Folders and files whose text is checked: all of the repository's sources and pages. */
const CHECKED = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "docs",
  "aws-limits",
  "bench",
  "bin",
  "console",
  "examples",
  "lambdas",
  "lib",
  "local",
  "test",
  "testing",
  "workflows",
];

/** Text that may contain such a word: words of users in the examples, and names of their steps and places. */
const ALLOWED = [
  /"Nobody said that|"Nobody can order|nobody can|app nobody|Secret to Everybody/g,
  /We hear of|you hear from my lawyer|one film can tell/g,
  /support desk|"desk"|What the desk has taken in/g,
  // Steps and reactions that inform people or tell stories: "tell-crew" and its function `tellCrew`.
  /\btell-[a-z]+|\btell[A-Z][a-z]+|Telling the crew/g,
];

/** Tables that a benchmark or the contracts generate. */
const GENERATED = /<!-- (\w+) -->[\s\S]*?<!-- \/\1 -->/g;
const LONGEST_LINE = 100;

const files = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "--", ...CHECKED],
  {
    cwd: root,
    encoding: "utf8",
  },
)
  .split("\n")
  .filter((file) => /\.(md|tsx?|mjs|css)$/.test(file) && file !== "test/language.test.ts");
const textOf = (file: string) => readFileSync(join(root, file), "utf8");
const written = (text: string) => text.replaceAll(GENERATED, (block) => block.replaceAll(/[^\n]/g, ""));

/** The words of identifiers and names of files, apart from each other. */
const wordsOf = (text: string) => text.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|_/g, " ");
const withoutAllowed = (text: string) =>
  ALLOWED.reduce((rest, allowed) => rest.replaceAll(allowed, ""), text);

/** The lines in which words are looked for, with where they are: the file's name, then its text. */
const lines = files.flatMap((file) => [
  { place: file, line: wordsOf(withoutAllowed(file).replaceAll(/[-./]/g, " ")) },
  ...written(textOf(file))
    .split("\n")
    .map((line, at) => ({ place: `${file}:${at + 1}`, line: wordsOf(withoutAllowed(line)) })),
]);
/** One text, in which a word that is not used is missed at once. */
const all = lines.map(({ line }) => line).join("\n");

test("the checked folders contain files", () => {
  for (const folder of CHECKED) expect(files.some((file) => file.startsWith(folder))).toBe(true);
});

test.each(WORDS)("%s is not used: write %s", (word) => {
  const found = word.test(all) ? lines.filter(({ line }) => word.test(line)) : [];
  expect(found.map(({ place, line }) => `${place}: ${line.trim()}`)).toEqual([]);
});

describe("lines of documentation", () => {
  const pages = files.filter((file) => file.endsWith(".md") && !/^(docs\/events|bench)\//.test(file));

  test.each(pages)("%s wraps at 100 characters", (page) => {
    let inCode = false;
    const long = written(textOf(page))
      .split("\n")
      .flatMap((line, at) => {
        if (line.trimStart().startsWith("```")) inCode = !inCode;
        return [...line].length > LONGEST_LINE && !inCode && mayWrap(line) ? [`${page}:${at + 1}`] : [];
      });
    expect(long).toEqual([]);
  });
});

/** Tables, images and indented code cannot wrap, and neither can a line without a space to wrap at. */
function mayWrap(line: string): boolean {
  if (/^\s*\|/.test(line) || /^(<img|!\[| {4}\S)/.test(line)) return false;
  return line
    .trim()
    .replace(/^[-*] /, "")
    .replaceAll(/`[^`]*`/g, "`")
    .slice(0, LONGEST_LINE)
    .includes(" ");
}
