import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** Packs this repository as `npm pack` does for a user. Answers the path of the file. */
export function pack(): string {
  const folder = temporaryFolder("packed");
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return join(folder, readdirSync(folder).find((file) => file.endsWith(".tgz"))!);
}

/** Installs a version of Node from the registry. Answers a PATH with that Node, and without the commands of this project. */
export function pathWithNode(version: string): string {
  const folder = temporaryFolder("node");
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "node-version", allowScripts: { node: true } }),
  );
  execFileSync("npm", ["install", "--no-audit", "--no-fund", `node@${version}`], {
    cwd: folder,
    stdio: "pipe",
  });
  const commands = join("node_modules", ".bin");
  const others = (process.env.PATH ?? "").split(delimiter).filter((path) => !path.endsWith(commands));
  return [join(folder, commands), ...others].join(delimiter);
}

/** A folder with only a package.json, as the documentation asks for. */
export function emptyProject(): string {
  const folder = temporaryFolder("project");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "shop", type: "module" }));
  return folder;
}

function temporaryFolder(name: string): string {
  mkdirSync(tmpdir(), { recursive: true });
  return realpathSync(mkdtempSync(join(tmpdir(), `millrace-${name}-`)));
}
