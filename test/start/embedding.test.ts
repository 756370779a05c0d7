import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shell } from "./copy.ts";
import { readActions } from "./document.ts";
import { freePort, Reader } from "./follow.ts";
import { projectWithPackage } from "./packed.ts";

let project: string;
let reader: Reader;
beforeAll(async () => {
  project = projectWithPackage();
  reader = new Reader(project, await freePort());
}, 300_000);
afterAll(async () => {
  await reader.close();
  rmSync(project, { recursive: true });
}, 60_000);

test("the packed command line runs where there are no definitions", async () => {
  const { code, output } = await shell("npx millrace --help", project);
  expect(output).toMatch(/Usage: millrace \[options\] \[command\]/);
  expect(code).toBe(0);
  const sent = await shell("npx millrace send order.placed '{}'", project);
  expect(sent.output).toMatch(/No definitions for the event "order\.placed" were found here/);
  expect(sent.code).toBe(1);
});

test("an app of one's own uses all of it, only constructs, or only the runtime, as the page says", async () => {
  for (const action of readActions(join(import.meta.dirname, "../../docs/embedding.md")))
    await reader.follow(action);
  // Files that are bundled from the package, and files next to it, exist as well.
  const page = await shell(
    "ls cdk.out/asset.*/console/index.html cdk.out/bundles/*/millrace/api/index.mjs",
    project,
  );
  expect(page.code, page.output).toBe(0);
}, 900_000);
