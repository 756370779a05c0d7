import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

/**
 * What depends on the kind of a node does not compile until it has a case for a new one: in the files that CONTRIBUTING.md lists,
 * and in no other. The sources that know kinds are copied, and a kind is added to the copy.
 */
const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "millrace-kind-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SOURCES = `aws-limits lib/contract lib/workflow lib/cost lambdas/runtime/api/views console/src/api/types.ts
  console/src/graph/node-kinds.ts console/src/parts/icon.tsx console/src/run/items.ts console/src/text/paths.ts`;
const ADDITIONS = [
  {
    file: "lib/workflow/graph.ts",
    after: "export type Node =\n",
    added: "  | FreshNode\n",
  },
  {
    file: "lib/workflow/graph.ts",
    after: "type NoBlocks = Readonly<Record<string, never>>;\n",
    added: 'interface FreshNode extends NodeBase { readonly kind: "fresh" }\n',
  },
  {
    file: "lib/contract/workflow-graph.ts",
    after: "export const GRAPH_NODE_KINDS = [\n",
    added: '  "fresh",\n',
  },
];
const CONFIG = {
  extends: join(ROOT, "tsconfig.json"),
  compilerOptions: {
    jsx: "react-jsx",
    lib: ["esnext", "dom", "dom.iterable"],
    incremental: false,
    tsBuildInfoFile: null,
  },
  include: ["lib/cost", "lambdas/runtime/api/views/node-states.ts", "console"],
};

/** The files of the copy that do not compile. */
function broken(): Promise<string[]> {
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  return new Promise((done) =>
    execFile(process.execPath, [compiler, "-p", folder, "--pretty", "false"], (_error, stdout) => {
      const errors = stdout.split("\n").filter((line) => /: error TS/.test(line));
      done(errors.map((line) => line.replace(/^.*millrace-kind-[^/]*\//, "").replace(/\(.*$/, "")));
    }),
  );
}

function demanded(): string[] {
  const guide = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
  const [step] = guide.split("**What the compiler demands.**")[1]!.split(/^\d\. /m);
  return [...step!.matchAll(/^ +- `([^`]+)`/gm)].map(([, file]) => file!);
}

test("a new kind of node does not compile in the files that CONTRIBUTING.md lists, and in no other", async () => {
  for (const source of SOURCES.split(/\s+/))
    cpSync(join(ROOT, source), join(folder, source), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(CONFIG));
  expect(await broken()).toEqual([]);
  for (const { file, after, added } of ADDITIONS) {
    const text = readFileSync(join(folder, file), "utf8");
    expect(text).toContain(after);
    writeFileSync(join(folder, file), text.replace(after, after + added));
  }
  const files = await broken();
  expect(files.toSorted()).toEqual(demanded().toSorted());
  expect(files.length).toBeGreaterThan(4);
}, 60_000);
