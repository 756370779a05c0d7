import { expect, test } from "vitest";
import { filesOf, read } from "./repository.ts";

/** The rows of the tables: term, meaning, in code, page. */
const rows = read("docs/glossary.md")
  .split("\n")
  .map((line) => /^\| (.+?) \| (.+) \| (.*) \| (.*) \|$/.exec(line)?.slice(1) ?? [])
  .filter(([term]) => term !== undefined && term !== "term");

const files = filesOf("lib", "lambdas", "bin", "testing", "local").filter((file) => file.endsWith(".ts"));
const sources = `${files.join("\n")}\n${files.map(read).join("\n")}`;

test("each term is defined once", () => {
  const terms = rows.map(([term]) => term!);
  expect(terms.length).toBeGreaterThan(90);
  expect(terms.filter((term, at) => terms.indexOf(term) !== at)).toEqual([]);
});

test("what the glossary names in the code is there", () => {
  const named = rows.flatMap(([, , inCode]) => [...inCode!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
  const missing = named.filter(
    (name) => !sources.includes(name.replace(/^millrace /, "").replace("<T>", "")),
  );
  expect(missing).toEqual([]);
});
