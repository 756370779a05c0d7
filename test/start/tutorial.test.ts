import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { copyOfRepository } from "./copy.ts";
import { readActions } from "./document.ts";
import { freePort, Reader } from "./follow.ts";

const folder = copyOfRepository();
const reader = new Reader(folder, await freePort());
afterAll(async () => {
  await reader.close();
  rmSync(folder, { recursive: true });
}, 60_000);

test("following the tutorial gives the documented results", async () => {
  const actions = readActions(join(import.meta.dirname, "../../docs/tutorial.md"));
  expect(new Set(actions.map(({ does }) => does))).toEqual(
    new Set(["run", "write", "keep running", "look", "need an account"]),
  );
  for (const action of actions) await reader.follow(action);
}, 900_000);
