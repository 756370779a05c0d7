import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { llms } from "./llms.ts";
import { reference } from "./reference.ts";
import { ROOT, read } from "./repository.ts";

// Write the files again with `npx vitest run test/docs -u`.

test("docs/reference.md has the declarations of what users import", async () => {
  const text = reference();
  for (const name of [
    "function defineWorkflow",
    "waitFor",
    "startWithin",
    "function worker",
    "interface StepContext",
    "function askModel",
    "interface MillraceProps",
    "class Webhook",
    "function defineEvaluation",
    "advance(duration",
  ])
    expect(text).toContain(name);
  await expect(text).toMatchFileSnapshot(join(ROOT, "docs/reference.md"));
});

test("llms.txt lists every page of the documentation's map, and each exists", async () => {
  const text = llms(read("README.md"), read("docs/README.md"));
  const paths = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path!.replace(/#.*/, ""));
  expect(paths.length).toBeGreaterThan(40);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  await expect(text).toMatchFileSnapshot(join(ROOT, "llms.txt"));
});
