import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { App } from "aws-cdk-lib";
import { expect, test } from "vitest";
import { sharedAssembly } from "../assemblies.ts";
import { RUN_FOLDER } from "./temporary-folder.ts";

const TEXT = "x".repeat(20_000);

/** Writes what the synthesis of an app with one function writes. */
const synthesis = (settings: string) => (outdir: string) => {
  const write = (folder: string) => {
    mkdirSync(join(outdir, folder), { recursive: true });
    writeFileSync(join(outdir, folder, "index.mjs"), TEXT);
    writeFileSync(join(outdir, folder, "settings.json"), settings);
  };
  return { synth: () => ["bundles/relay", "asset.1"].forEach(write) } as unknown as App;
};

test("a test file begins with an empty temporary folder, which is the worker's own", () => {
  expect(dirname(tmpdir())).toBe(process.env[RUN_FOLDER]);
  expect(readdirSync(tmpdir()).filter((name) => !name.startsWith("millrace-compiled"))).toEqual([]);
});

test("equal files of shared assemblies are on the disk once", () => {
  const [first, second] = ["first", "second"].map((name) =>
    sharedAssembly(`stored-${name}`, synthesis(name)),
  );
  const file = (assembly: string, name: string) => statSync(join(assembly, "asset.1", name));
  expect(readdirSync(first!)).toEqual(["asset.1"]);
  expect(file(first!, "index.mjs").ino).toBe(file(second!, "index.mjs").ino);
  expect(file(first!, "settings.json").ino).not.toBe(file(second!, "settings.json").ino);
});
