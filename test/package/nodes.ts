import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ended, shell } from "../start/copy.ts";
import { type Action, readActions } from "../start/document.ts";
import { freePort, Reader } from "../start/follow.ts";
import { emptyProject, pack, pathWithNode } from "./project.ts";

const root = join(import.meta.dirname, "../..");
const ACTIONS = readActions(join(root, "docs/embedding.md"));
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const ENTRIES = Object.keys(exports)
  .filter((entry) => !entry.endsWith(".json"))
  .map((entry) => entry.replace(".", "millrace"));
/** npm prints warnings here, also where the npm that runs this test was asked to be silent. */
const WARNINGS = { npm_config_loglevel: "warn" };

let packed: string;
beforeAll(() => {
  packed = pack();
});

/** An empty project with a Node of its own. `run` runs a command there; `reader` follows docs/embedding.md. */
function projectOn(version: string) {
  let [path, folder]: string[] = [];
  let reader: Reader;
  beforeAll(async () => {
    path = pathWithNode(version);
    folder = emptyProject();
    reader = new Reader(folder, await freePort(), { PATH: path, ...WARNINGS });
  });
  afterAll(async () => {
    await reader?.close();
    // It is half a gigabyte.
    if (folder) rmSync(folder, { recursive: true });
  });
  return {
    run: (command: string): Promise<Ended> => shell(command, folder!, { PATH: path!, ...WARNINGS }),
    follow: (action: Action) => reader.follow(action),
  };
}

/** The page's commands in the user's project, with the file that was packed. */
const installations = () =>
  ACTIONS.flatMap((action) => (action.does === "install" ? action.commands : []))
    .map((command) => command.replace(/\s+#.*/, "").replace(/\.\/millrace-\S+\.tgz/, packed))
    .filter((command) => !command.startsWith("npm pack"));

/** What of an action simulates no app and uses no local cloud. */
function withoutLocalCloud(action: Action): Action[] {
  if (action.does === "keep running" || action.does === "look") return [];
  if (action.does !== "run") return [action];
  return [{ does: "run", commands: action.commands.filter((command) => !/vitest|--stack/.test(command)) }];
}

describe.each(["22.18", "24", "latest"])("node@%s", (version) => {
  const { run, follow } = projectOn(version);

  test("npm installs the package without a complaint about versions", async () => {
    for (const command of installations()) {
      const { code, output } = await run(command);
      expect(output).not.toMatch(/EBADENGINE|ERESOLVE|deprecated/);
      expect(code, output).toBe(0);
    }
  });

  test.each(ENTRIES)("%s can be imported", async (entry) => {
    const { code, output } = await run(`node --input-type=module --eval 'await import("${entry}")'`);
    expect(code, output).toBe(0);
  });

  test("the command line prints its help", async () => {
    const { code, output } = await run("npx millrace --help");
    expect(output).toMatch(/^Usage: millrace \[options\] \[command\]/);
    expect(code).toBe(0);
  });

  if (version === "22.18") {
    test("an app is synthesized and checked, as docs/embedding.md says", async () => {
      for (const action of ACTIONS.flatMap(withoutLocalCloud)) await follow(action);
    });

    test("the local cloud says which Node it needs", async () => {
      const { code, output } = await run('npx millrace-local --app "node app.ts" --memory');
      expect(output).toMatch(/^The local cloud needs Node 24\.16 .*; this is Node 22\.18\.\d+\./);
      expect(code).toBe(1);
    });
  } else {
    test("an app is synthesized, tested and run, as docs/embedding.md says", async () => {
      for (const action of ACTIONS) await follow(action);
    });
  }
});

describe("node@20, which is too old", () => {
  const { run } = projectOn("20");

  test("npm warns at the installation, and each command says which Node it needs", async () => {
    const installed = await run(installations()[0]!);
    expect(installed.output).toMatch(/EBADENGINE.*\n.*millrace@/);
    const client = await run("npx millrace --help");
    expect(client.output).toMatch(/^millrace needs Node 22\.18 or newer; this is Node 20\.[\d.]+\. Install/);
    expect(client.code).toBe(1);
    const cloud = await run("npx millrace-local --memory");
    expect(cloud.output).toMatch(/^The local cloud needs Node 24\.16 .*; this is Node 20\./);
    expect(cloud.code).toBe(1);
  });
});
