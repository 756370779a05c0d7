import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readActions } from "./document.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-page-"));
afterAll(() => rmSync(folder, { recursive: true }));

function actionsOf(...blocks: [fence: string, text: string][]) {
  const page = join(folder, "page.md");
  const fenced = blocks.map(([fence, text]) => `\`\`\`${fence}\n${text}\n\`\`\`\n`);
  writeFileSync(page, `# A page\n\n${fenced.join("\nIn between.\n\n")}`);
  return readActions(page);
}

test("a page is done as it says, in its order", () => {
  expect(
    actionsOf(
      ["sh", "first\nsecond"],
      ["ts", "// a/b.ts\nexport {};"],
      ["json file=c.json", "{}"],
      ["sh keeps-running", "serve"],
      ["sh", "show"],
      ["text", "one\ntwo"],
      ["sh needs-account", "deploy"],
      ["sh installs", "install"],
    ),
  ).toEqual([
    { does: "run", commands: ["first", "second"] },
    { does: "write", path: "a/b.ts", text: "// a/b.ts\nexport {};\n" },
    { does: "write", path: "c.json", text: "{}\n" },
    { does: "keep running", command: "serve" },
    { does: "look", commands: ["show"], prints: ["one", "two"] },
    { does: "need an account", commands: ["deploy"] },
    { does: "install", commands: ["install"] },
  ]);
});

test.each([
  ["code without a file", "ts", "export {};"],
  ["a file with an unknown annotation", "ts later", "// a.ts\nexport {};"],
  ["output of no command", "text", "one"],
  ["a command block with an unknown annotation", "sh perhaps", "first"],
])("%s is refused, since no test would run it", (_, fence, text) => {
  expect(() => actionsOf([fence, text])).toThrow(/page\.md has a block that is not tried/);
});
