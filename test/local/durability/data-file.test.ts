import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { UserError } from "../../../local/kernel/errors.ts";
import { Store } from "../../../local/kernel/store.ts";
import { assemblyOf, folder } from "../cloud/assembly.ts";

const STORE = JSON.stringify(resolve("local/kernel/store.ts"));
const START = resolve("local/start.ts");

/** Data as a clean stop leaves it: a file with a seal. And as a kill leaves it: a file, and a log that is part of it. */
const stopped = folder();
const killed = folder();
const NAME = "cloud.sqlite";

beforeAll(() => {
  const script = (path: string, end: string) => `
    const { Store } = await import(${STORE});
    const store = Store.open(${JSON.stringify(path)});
    store.define("CREATE TABLE things (name TEXT PRIMARY KEY, what TEXT)");
    for (let i = 0; i < 3000; i++) store.run("INSERT INTO things VALUES (?, ?)", "name" + i, "x".repeat(200));
    await store.flushed();
    ${end}`;
  for (const [directory, end] of [
    [stopped, "store.close()"],
    [killed, "process.kill(process.pid, 'SIGKILL')"],
  ] as const) {
    spawnSync(process.execPath, ["--input-type=module", "-e", script(join(directory, NAME), end)]);
  }
  expect(readdirSync(stopped)).toEqual([NAME, `${NAME}-seal`]);
  expect(readdirSync(killed)).toEqual([NAME, `${NAME}-wal`]);
});

function copyOf(data: string): string {
  const directory = folder();
  cpSync(data, directory, { recursive: true });
  return directory;
}

/** Every file of a folder with the digest of its content, but for an empty log, which says nothing. */
const digests = (directory: string) =>
  Object.fromEntries(
    readdirSync(directory)
      .map((name): [string, Buffer] => {
        const path = join(directory, name);
        return [name, statSync(path).isFile() ? readFileSync(path) : Buffer.from("folder")];
      })
      .filter(([, content]) => content.length > 0)
      .map(([name, content]) => [name, createHash("sha256").update(content).digest("hex")]),
  );

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const content = readFileSync(path);
  content.set(bytes, at);
  writeFileSync(path, content);
}

function refusal(directory: string): string {
  const before = digests(directory);
  try {
    Store.open(join(directory, NAME)).close();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect(digests(directory)).toEqual(before);
    return (error as UserError).message;
  }
  throw new Error("The file was taken.");
}

const PAGE = 4096;
type Harm = (path: string) => void;
const harms: [string, Harm, RegExp][] = [
  ["cut to nothing", (path) => truncateSync(path, 0), /is damaged \(it is empty/],
  ["cut in its first page", (path) => truncateSync(path, 100), /is damaged/],
  ["cut in the middle", (path) => truncateSync(path, statSync(path).size / 2), /is damaged/],
  [
    "overwritten at its head",
    (path) => overwrite(path, 0, Buffer.alloc(64, 7)),
    /is damaged \(it does not begin as an/,
  ],
  [
    "text",
    (path) => writeFileSync(path, "my notes\n".repeat(1000)),
    /is damaged \(it does not begin as an SQLite file/,
  ],
  [
    "changed by one bit in the type of a page",
    (path) => overwrite(path, PAGE * 5, Buffer.from([readFileSync(path)[PAGE * 5]! ^ 0x08])),
    /is damaged/,
  ],
  [
    "changed in the pointers of a page",
    (path) => overwrite(path, PAGE * 5 + 8, Buffer.from([0xff, 0xff])),
    /is damaged/,
  ],
];

test.each(harms)("a file that was %s is refused, and not changed", (_, harm, message) => {
  const directory = copyOf(stopped);
  harm(join(directory, NAME));
  expect(refusal(directory)).toMatch(message);
});

test.each(harms)(
  "a file of a killed process, with its log, that was %s is refused, and not changed",
  (_, harm, message) => {
    const directory = copyOf(killed);
    const path = join(directory, NAME);
    // Much of the data must be in the file for a byte in its middle to matter, and the log must still count.
    const writer = spawnSync(process.execPath, [
      "--input-type=module",
      "-e",
      `const { Store } = await import(${STORE});
     const store = Store.open(${JSON.stringify(path)});
     store.all("PRAGMA wal_checkpoint(TRUNCATE)");
     store.define("CREATE TABLE later (name TEXT)");
     store.run("INSERT INTO later VALUES ('in the log')");
     await store.flushed();
     process.kill(process.pid, "SIGKILL");`,
    ]);
    expect(writer.signal).toBe("SIGKILL");
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    harm(path);
    expect(refusal(directory)).toMatch(message);
  },
);

test("a flipped bit in the content is detected, at any position", () => {
  const directory = copyOf(stopped);
  const path = join(directory, NAME);
  const at = readFileSync(path).lastIndexOf("xxxxxxxx");
  overwrite(path, at, Buffer.from([readFileSync(path)[at]! ^ 1]));
  expect(refusal(directory)).toMatch(
    /is damaged \(it is not as the last stop left it.*delete .*cloud\.sqlite-seal/,
  );
});

test("the digest is removed while the file is open, so that a crash leaves no outdated one", () => {
  const directory = copyOf(stopped);
  const store = Store.open(join(directory, NAME));
  expect(existsSync(join(directory, `${NAME}-seal`))).toBe(false);
  store.run("INSERT INTO things VALUES ('new', '')");
  store.close();
  Store.open(join(directory, NAME)).close();
});

test("an incomplete digest is no reason to refuse", () => {
  const directory = copyOf(stopped);
  truncateSync(join(directory, `${NAME}-seal`), 10);
  Store.open(join(directory, NAME)).close();
});

test("a file without its log is detected", () => {
  const directory = copyOf(killed);
  rmSync(join(directory, NAME));
  expect(refusal(directory)).toMatch(
    /is damaged \(it is missing, though its log .*cloud\.sqlite-wal is there/,
  );
});

test.each(["DELETE", "WAL"])("an SQLite file of another program is not changed (journal %s)", (journal) => {
  const directory = folder();
  const database = new DatabaseSync(join(directory, NAME));
  database.exec(`PRAGMA journal_mode=${journal}; CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)`);
  database.close();
  expect(refusal(directory)).toMatch(/is an SQLite file, but not one of the local cloud\. Move it away/);
});

test("a file of a newer version is not changed", () => {
  const directory = copyOf(stopped);
  const database = new DatabaseSync(join(directory, NAME));
  database.exec("PRAGMA user_version=99");
  database.close();
  rmSync(join(directory, `${NAME}-seal`));
  expect(refusal(directory)).toMatch(
    /format 99; this version reads format \d+\. Use the version that wrote it/,
  );
});

test("a folder in place of the file is reported", () => {
  const directory = folder();
  mkdirSync(join(directory, NAME));
  expect(refusal(directory)).toMatch(/is not a file\. Move it away/);
});

test("a process that was killed while it created the file leaves nothing behind", () => {
  const directory = folder();
  // What is there before the file has its name.
  new DatabaseSync(join(directory, `${NAME}.12345`)).close();
  Store.open(join(directory, NAME)).close();
  expect(existsSync(join(directory, NAME))).toBe(true);
});

/** Runs the entry as a user for whom the folder's permissions apply. */
function start(data: string): Promise<{ code: number | null; output: string }> {
  return new Promise((settle) => {
    const child = spawn(process.execPath, [START, "--port", "0", "--assembly", assembly, "--data", data], {
      stdio: ["ignore", "pipe", "pipe"],
      ...(process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}),
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    child.once("close", (code) => settle({ code, output }));
  });
}
const assembly = assemblyOf({ Queue: { Type: "AWS::SQS::Queue" } });
for (const path of [resolve(assembly, ".."), assembly]) chmodSync(path, 0o755);

test("each is one message on the command line, and exit code 1", async () => {
  const halved = copyOf(stopped);
  const readOnlyFolder = copyOf(killed);
  const readOnlyFile = copyOf(stopped);
  const emptyReadOnly = folder();
  const taken = copyOf(stopped);
  truncateSync(join(halved, NAME), 50_000);
  const first = Store.open(join(taken, NAME));
  // Opening a file removes the permissions of others.
  for (const directory of [halved, taken]) {
    chmodSync(directory, 0o777);
    for (const file of readdirSync(directory)) chmodSync(join(directory, file), 0o666);
  }
  chmodSync(join(readOnlyFile, NAME), 0o444);
  chmodSync(readOnlyFile, 0o777);
  for (const directory of [readOnlyFolder, emptyReadOnly]) chmodSync(directory, 0o555);
  first.run("INSERT INTO things VALUES ('mine', '')");
  await first.flushed();
  const cases: [string, RegExp][] = [
    [halved, /is damaged \(.*Restore a copy/],
    [readOnlyFolder, /cannot be the data folder: (EACCES|EROFS|EPERM).*Choose another with --data/],
    [readOnlyFile, /cannot be read and written: .*choose another data folder/],
    [emptyReadOnly, /cannot be the data folder: (EACCES|EROFS|EPERM).*Choose another with --data/],
    [taken, /is in use by another running local cloud\. Stop that one/],
  ];
  // What cannot be written cannot be removed either.
  onTestFinished(() => {
    for (const directory of [readOnlyFolder, emptyReadOnly]) chmodSync(directory, 0o755);
  });
  const before = cases.map(([directory]) => (directory === taken ? {} : digests(directory)));
  const results = await Promise.all(cases.map(([directory]) => start(directory)));
  for (const [index, [directory, message]] of cases.entries()) {
    const { code, output } = results[index]!;
    expect(output).toMatch(message);
    expect(output.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(1);
    // Reading a file that is open here would let go of its lock.
    if (directory !== taken) expect(digests(directory)).toEqual(before[index]);
  }
  expect(first.all("SELECT * FROM things WHERE name = 'mine'")).toHaveLength(1);
  first.close();
});
