import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

/**
 * The compiler's own words about each mistake in the files of types/. There, "@ts-expect-error" keeps a file compiling
 * and says what is expected; here the marks are taken away, and what the compiler says is compared.
 */
const fixtures = fileURLToPath(new URL("types/", import.meta.url));
const root = resolve(fixtures, "../../..");
const MARK = /^(\s*\/\/ )@ts-expect-error (.*)$/;

const files = (await readdir(fixtures)).toSorted();
const sources = new Map(
  await Promise.all(files.map(async (file) => [file, await readFile(join(fixtures, file), "utf8")] as const)),
);
const expected = [...sources].flatMap(([file, source]) =>
  source.split("\n").flatMap((line, at) => {
    const message = MARK.exec(line)?.[2];
    return message === undefined ? [] : [{ line: `${file}:${at + 2}`, message }];
  }),
);

let folder: string;
let said: Map<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-types-"));
  for (const [file, source] of sources) {
    const unmarked = source
      .split("\n")
      .map((line) => line.replace(MARK, "$1"))
      .join("\n")
      .replaceAll(/from "(\.[^"]+)"/g, (_, path) => `from "${resolve(fixtures, path)}"`);
    await writeFile(join(folder, file), unmarked);
  }
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
      include: files.map((file) => join(folder, file)),
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

/** What was said of each line, as "file:line"; the lines that follow a message indented belong to it. */
function messagesByLine(output: string): Map<string, string> {
  const messages = new Map<string, string>();
  let current = "";
  for (const line of output.split("\n")) {
    const [, file, at] = /([a-z-]+\.ts)\((\d+),/.exec(line) ?? [];
    current = file === undefined ? current : `${file}:${at}`;
    messages.set(current, `${messages.get(current) ?? ""}${line}\n`);
  }
  return messages;
}

test("there are mistakes to look at, and nothing else is wrong", () => {
  expect(expected.length).toBeGreaterThan(60);
  expect([...said.keys()].toSorted()).toEqual(expected.map(({ line }) => line).toSorted());
});

test.each(expected)("$message", ({ line, message }) => {
  expect(said.get(line)).toContain(message);
});
