import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "../../docs/adr");
const read = (file: string) => readFileSync(join(folder, file), "utf8");

test("docs/adr/README.md lists each decision once, with the title of its page", () => {
  const listed = [...read("README.md").matchAll(/^\| \[(.*)\]\((\d{4}-.*\.md)\) \| (.*) \|$/gm)];
  const pages = readdirSync(folder).filter((file) => /^\d{4}-/.test(file));
  expect(listed.map(([, , file]) => file!).toSorted()).toEqual(pages.toSorted());
  for (const [, title, file] of listed) expect(read(file!)).toContain(`# ${title}\n`);
});

test("a decision that others amend links to them", () => {
  const listed = [...read("README.md").matchAll(/\((\d{4}-.*\.md)\) \| (.*) \|$/gm)];
  for (const [, file, status] of listed) {
    const later = [...status!.matchAll(/\d+/g)].map(([number]) => number);
    expect(later.length > 0 || status === "accepted").toBe(true);
    for (const number of later) expect(read(file!)).toMatch(new RegExp(`\\[ADR\\s+${number}\\]`));
  }
});
