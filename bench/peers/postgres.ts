import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Where Debian installs the server's programs. */
const VERSIONS = "/usr/lib/postgresql";

export const DURABILITY = "PostgreSQL as delivered: fsync on, synchronous_commit on";

/** PostgreSQL with its default settings on a socket in the data folder: it cannot be reached over the network. */
export async function startPostgres(folder: string) {
  const data = join(folder, "postgres");
  mkdirSync(data);
  // The server refuses to run as root.
  const user: { uid?: number; gid?: number } = process.getuid?.() === 0 ? idsOf("postgres") : {};
  if (user.uid !== undefined) {
    chmodSync(folder, 0o711);
    chownSync(data, user.uid, user.gid!);
  }
  const program = (name: string) => join(VERSIONS, newest(), "bin", name);
  const cluster = join(data, "cluster");
  const options = { ...user, stdio: "ignore" as const, cwd: data };
  execFileSync(program("initdb"), ["-D", cluster, "-U", "bench", "-A", "trust"], options);
  const server = spawn(program("postgres"), ["-D", cluster, "-k", data, "-c", "listen_addresses="], options);
  const gone = once(server, "exit");
  const url = `postgresql://bench@localhost/postgres?host=${encodeURIComponent(data)}`;
  while (!isReady(program("pg_isready"), data)) await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    url,
    async stop() {
      server.kill("SIGINT");
      await gone;
    },
  };
}

function newest(): string {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  const [found] = versions.sort((one, other) => Number(other) - Number(one));
  if (!found) throw new Error("There is no PostgreSQL. Install it: apt-get install postgresql");
  return found;
}

function idsOf(name: string) {
  const id = (option: string) => Number(execFileSync("id", [option, name], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function isReady(program: string, host: string): boolean {
  try {
    execFileSync(program, ["-h", host], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
