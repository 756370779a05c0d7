import { stderr, versions } from "node:process";

/**
 * The first import of the command line: it reads definitions in TypeScript, which Node runs directly from
 * 22.18 on.
 */
const [major = 0, minor = 0] = versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  stderr.write(
    `millrace needs Node 22.18 or newer; this is Node ${versions.node}. Install a newer Node.js.\n`,
  );
  process.exit(1);
}
