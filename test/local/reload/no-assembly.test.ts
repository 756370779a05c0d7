import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { synthesizeApp } from "../../../local/synthesis/app.ts";

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-no-assembly-"));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const output = () => join(folder, "cdk.out");
const manifest = () => join(output(), "manifest.json");
const recorded = () => existsSync(join(output(), "synthesis.json"));

function earlierAssembly(): void {
  mkdirSync(output());
  writeFileSync(manifest(), "{}");
  utimesSync(manifest(), 0, 0);
}

async function synthesized(app: string): Promise<string> {
  const all = { app, folder, output: output(), context: {}, account: "000000000000", region: "us-east-1" };
  await synthesizeApp(all, { fresh: false }, (line) => said.push(line));
  return said.join("\n");
}

test.each(["true", "node -e 0"])("%s, which writes no assembly, is refused", async (app) => {
  await expect(synthesized(app)).rejects.toThrow(
    `The command "${app}" wrote no cloud assembly to ${output()}. Give one that runs a CDK app`,
  );
});

test.each(["true", "node -e 0"])("after %s, an earlier assembly is used, with a warning", async (app) => {
  earlierAssembly();
  const warning = `Warning: the command "${app}" wrote no cloud assembly. The one in ${output()} of 1970-01-01T00:00:00.000Z is used.`;
  expect(await synthesized(app)).toContain(warning);
  // Not as the assembly of this command: the next start warns again.
  expect(recorded()).toBe(false);
});

test("an assembly that is written with the same content is that of the command", async () => {
  earlierAssembly();
  writeFileSync(join(folder, "app.cjs"), "require('fs').writeFileSync('cdk.out/manifest.json', '{}')");
  utimesSync(join(folder, "app.cjs"), 0, 0);
  expect(await synthesized("node app.cjs")).toBe("Synthesizing: node app.cjs");
  expect(recorded()).toBe(true);
});
