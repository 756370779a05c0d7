import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { until } from "../../end-to-end/real-time/harness.ts";
import type { Project } from "./project.ts";

/** `npm start` in a project: what it prints, and the local cloud at an endpoint of its own. */
export class Running {
  private readonly child;
  private printed = "";

  constructor({ folder }: Project, ...args: string[]) {
    const start = resolve("local/start.ts");
    this.child = spawn(process.execPath, [start, "--port", "0", ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, PATH: `${resolve("node_modules/.bin")}:${process.env.PATH}` },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.printed += text;
      });
  }

  /** What it has printed, up to where that matches and no further: the next call looks from there. */
  async prints(pattern: RegExp): Promise<string> {
    const found = await until(
      String(pattern),
      async () => {
        const match = pattern.exec(this.printed);
        if (!match && this.child.exitCode !== null) throw new Error(`It ended: ${this.printed}`);
        return match ? this.printed.slice(0, match.index + match[0].length) : undefined;
      },
      100_000,
    );
    this.printed = this.printed.slice(found.length);
    return found;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = once(this.child, "close");
    this.child.kill("SIGINT");
    await gone;
  }
}
