import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../..");
/** The packages that the page installs with Millrace. */
const PEERS = ["zod", "aws-cdk", "vitest", "typescript", "@types/node"];

/**
 * An empty project into which the packed Millrace is installed as npm would, but without the network: what the package
 * declares, and nothing else of this project, is linked next to it.
 */
export function projectWithPackage(): string {
  const project = realpathSync(mkdtempSync(join(tmpdir(), "millrace-project-")));
  const modules = join(project, "node_modules");
  const installed = join(modules, "millrace");
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "shop", type: "module" }));
  const packing = ["pack", "--silent", "--pack-destination", project];
  const env = { ...process.env, MILLRACE_BUILD_UNCHECKED: "true" };
  execFileSync("npm", packing, { cwd: root, stdio: ["ignore", "pipe", "inherit"], env });
  const tarball = readdirSync(project).find((file) => file.endsWith(".tgz"))!;
  execFileSync("tar", ["-xzf", join(project, tarball), "-C", installed, "--strip-components=1"]);
  const { dependencies, peerDependencies } = manifest(installed);
  for (const name of new Set([...Object.keys({ ...dependencies, ...peerDependencies }), ...PEERS])) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name));
    linkCommands(modules, name);
  }
  linkCommands(modules, "millrace");
  return project;
}

function linkCommands(modules: string, name: string): void {
  const { bin = {} } = manifest(join(modules, name));
  const commands = typeof bin === "string" ? { [name.split("/").at(-1)!]: bin } : bin;
  for (const [command, path] of Object.entries(commands)) {
    const link = join(modules, ".bin", command);
    mkdirSync(dirname(link), { recursive: true });
    if (existsSync(link)) continue;
    const target = join(modules, name, path);
    symlinkSync(target, link);
    if (name === "millrace") chmodSync(target, 0o755);
  }
}

interface Manifest {
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  bin?: string | Record<string, string>;
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
