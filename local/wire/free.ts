import { createServer } from "node:http";
import { bind } from "./bind.ts";

/** How long another program has to say what it is, milliseconds. */
const PATIENCE = 1_000;

/** Throws a UserError if the port is in use. It names the local cloud that uses it, or says that another program does. */
export async function refuseTaken(host = "127.0.0.1", port: number): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await bind(server, host, port, await ownerOf(host, port));
  await new Promise((resolve) => server.close(resolve));
}

/** How the program that uses a port identifies itself. */
async function ownerOf(host: string, port: number): Promise<string | undefined> {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const address = `http://${name.includes(":") ? `[${name}]` : name}:${port}/_millrace/status`;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
    const { project, pid } = (await answer.json()) as { project?: string; pid?: number };
    return project && `the local cloud of ${project} (process ${pid})`;
  } catch {
    return undefined;
  }
}
