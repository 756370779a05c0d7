import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, read } from "./repository.ts";

const FOLDER = "docs/adr";
const readPage = (file: string) => read(`${FOLDER}/${file}`);

test("docs/adr/README.md lists each decision once, with the title of its page", () => {
  const listed = [...readPage("README.md").matchAll(/^\| \[(.*)\]\((\d{4}-.*\.md)\) \| (.*) \|$/gm)];
  const pages = readdirSync(join(ROOT, FOLDER)).filter((file) => /^\d{4}-/.test(file));
  expect(listed.map(([, , file]) => file!).toSorted()).toEqual(pages.toSorted());
  for (const [, title, file] of listed) expect(readPage(file!)).toContain(`# ${title}\n`);
});

test("a decision that others amend links to them", () => {
  const listed = [...readPage("README.md").matchAll(/\((\d{4}-.*\.md)\) \| (.*) \|$/gm)];
  for (const [, file, status] of listed) {
    const later = [...status!.matchAll(/\d+/g)].map(([number]) => number);
    expect(later.length > 0 || status === "accepted").toBe(true);
    for (const number of later) expect(readPage(file!)).toMatch(new RegExp(`\\[ADR\\s+${number}\\]`));
  }
});
