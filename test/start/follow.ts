import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { until } from "../end-to-end/real-time/harness.ts";
import { shell, spawnShell } from "./copy.ts";
import type { Action } from "./document.ts";

/** Does what a page says, in a folder. What keeps running is stopped by `close`. */
export class Reader {
  private readonly folder: string;
  private readonly environment: Record<string, string>;
  private readonly running: ReturnType<typeof spawnShell>[] = [];

  /**
   * @param port where the local cloud listens, chosen by the caller
   * @param environment further variables, such as a PATH
   */
  constructor(folder: string, port: number, environment: Record<string, string> = {}) {
    this.folder = folder;
    this.environment = { ...environment, MILLRACE_PORT: String(port) };
  }

  async follow(action: Action): Promise<void> {
    switch (action.does) {
      case "write": {
        const path = join(this.folder, action.path);
        mkdirSync(dirname(path), { recursive: true });
        return writeFileSync(path, action.text);
      }
      case "run":
        for (const command of action.commands) await this.succeed(command);
        return;
      case "look":
        for (const command of action.commands) await this.lookFor(action.prints, command);
        return;
      case "keep running":
        return await this.keepRunning(action.command);
      case "install":
        return; // The caller has installed the packages.
      case "need an account":
        // Without one, what would be deployed can be synthesized.
        for (const command of action.commands.filter((line) => /\bcdk deploy\b/.test(line)))
          await this.succeed(command.replace("cdk deploy", "cdk synth --quiet --no-notices"));
    }
  }

  async close(): Promise<void> {
    for (const { child } of this.running) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, "close");
      process.kill(-child.pid!, "SIGTERM");
      await gone;
    }
  }

  private async succeed(command: string): Promise<void> {
    const { code, output } = await shell(command, this.folder, this.environment);
    expect(code, `${command}\n${output}`).toBe(0);
  }

  private async lookFor(pieces: readonly string[], command: string): Promise<void> {
    let seen = "";
    const look = async () => {
      const { code, output } = await shell(command, this.folder, this.environment);
      seen = output;
      return code === 0 && pieces.every((piece) => output.includes(piece)) ? output : undefined;
    };
    await until(pieces.join(" and "), look, 120_000).catch((error: Error) => {
      throw new Error(`${error.message}\n${command} printed:\n${seen}`);
    });
  }

  private async keepRunning(command: string): Promise<void> {
    const started = spawnShell(command, this.folder, this.environment);
    this.running.push(started);
    await until(
      `"${command}" to be ready`,
      async () => {
        if (started.child.exitCode !== null) throw new Error(`"${command}" ended:\n${started.output()}`);
        return /is ready at/.test(started.output()) ? true : undefined;
      },
      180_000,
    );
  }
}

/** A free port of this machine. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
