import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ENGINES } from "../../local/engines.ts";
import { amongStandIns } from "./stand-ins.ts";

/** An operation without a caller or a test of its own is not served: docs/local-engines.md. */

const ROOT = join(import.meta.dirname, "../..");
const FOLDERS = ["bench", "bin", "examples", "lambdas", "local", "test", "testing", "workflows"];

/** All names in quotation marks and calls of commands, outside of what lists the operations. */
const called = new Set<string>();
for (const folder of FOLDERS) {
  for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })) {
    if (!/\.m?ts$/.test(file) || file.includes("node_modules")) continue;
    const text = readFileSync(join(ROOT, folder, file), "utf8");
    // A deployment calls by name: kernel.call("sqs", "CreateQueue", …), call("DeleteQueue").
    const names =
      folder === "local" ? /\w\(\s*(?:["\w-]+,\s*)*"([A-Z]\w+)"/g : /(?<![a-z])([A-Z]\w+?)(?:Command)?\b/g;
    for (const [, name] of text.matchAll(names)) called.add(name!);
  }
}

/** Those of each engine, by their names. API Gateway is left out: it has the same five for each kind of part. */
const operations = ENGINES.filter(({ name }) => name !== "apigateway")
  .map((engine) => [engine.name, Object.keys(engine.service(amongStandIns({}).kernel).operations)] as const)
  .filter(([, names]) => names.length > 0);

test.each(operations)("each operation of %s has a caller or a test of its own", (_name, names) => {
  expect(names.filter((operation) => !called.has(operation))).toEqual([]);
});
