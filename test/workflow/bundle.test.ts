import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

test("a Lambda that needs only a workflow's events bundles neither builder nor compiler", async () => {
  const { metafile, outputFiles } = await build({
    stdin: {
      contents: `import { produceVideo } from "./video.ts"; export const on = produceVideo.on;`,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["zod"],
    treeShaking: true,
    // Comments name the files: their paths are no part of the size.
    minifyWhitespace: true,
    metafile: true,
    write: false,
    outdir: "out",
  });
  const [output] = Object.values(metafile.outputs);
  const kept = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const ours = kept
    .map(([path]) => path.replace(/^.*lib\//, ""))
    .filter((path) => path.startsWith("workflow/"));
  expect(ours.toSorted()).toEqual([
    "workflow/checks/refuse-batch.ts",
    "workflow/checks/refuse-per-key.ts",
    "workflow/checks/refuse-shared-limit.ts",
    "workflow/define.ts",
    "workflow/place.ts",
    "workflow/workflow.ts",
  ]);
  expect(outputFiles[0]!.contents.length).toBeLessThan(16_600);
});
