import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

/**
 * The compiler's own words about each mistake in types/mistakes.ts. There, "@ts-expect-error" keeps the file compiling
 * and says what is expected; here the marks are taken away, and what the compiler says is compared.
 */
const fixture = fileURLToPath(new URL("types/mistakes.ts", import.meta.url));
const root = resolve(dirname(fixture), "../../..");
const MARK = /^(\s*\/\/ )@ts-expect-error (.*)$/;

const source = await readFile(fixture, "utf8");
const expected = source.split("\n").flatMap((line, at) => {
  const message = MARK.exec(line)?.[2];
  return message === undefined ? [] : [{ line: at + 2, message }];
});

let folder: string;
let said: Map<number, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-types-"));
  const unmarked = source
    .split("\n")
    .map((line) => line.replace(MARK, "$1"))
    .join("\n")
    .replaceAll(/from "(\.[^"]+)"/g, (_, path) => `from "${resolve(dirname(fixture), path)}"`);
  await writeFile(join(folder, "mistakes.ts"), unmarked);
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: join(root, "tsconfig.json"),
      compilerOptions: {
        types: ["node"],
        typeRoots: [join(root, "node_modules/@types")],
        paths: { zod: [join(root, "node_modules/zod/index.d.ts")] },
      },
      include: [join(folder, "mistakes.ts")],
    }),
  );
  said = messagesByLine(await compile(folder));
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

function compile(project: string): Promise<string> {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  return new Promise((done) =>
    execFile(process.execPath, [compiler, "-p", project, "--pretty", "false"], (_error, stdout) =>
      done(stdout),
    ),
  );
}

/** What was said of each line; the lines that follow a message indented belong to it. */
function messagesByLine(output: string): Map<number, string> {
  const messages = new Map<number, string>();
  let current = 0;
  for (const line of output.split("\n")) {
    current = Number(/mistakes\.ts\((\d+),/.exec(line)?.[1] ?? current);
    messages.set(current, `${messages.get(current) ?? ""}${line}\n`);
  }
  return messages;
}

test("there are mistakes to look at, and nothing else is wrong", () => {
  expect(expected.length).toBeGreaterThan(35);
  expect([...said.keys()].toSorted((a, b) => a - b)).toEqual(expected.map(({ line }) => line));
});

test.each(expected)("$message", ({ line, message }) => {
  expect(said.get(line)).toContain(message);
});
