import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const START = resolve(import.meta.dirname, "../../../../local/start.ts");

/** The local cloud as a process of its own, killed and started again on the same data and port. */
export class Victim {
  private readonly assembly: string;
  private readonly data: string;
  private port = 0;
  private child: ChildProcess | undefined;
  private ready = Promise.withResolvers<string>();
  private answers = false;
  /** What it wrote to standard error, over all its lives. */
  errors = "";

  constructor(assembly: string, data: string) {
    this.assembly = assembly;
    this.data = data;
    process.once("exit", () => this.child?.kill("SIGKILL"));
  }

  /** Resolves with the endpoint while, or as soon as, the process answers. */
  up(): Promise<string> {
    return this.ready.promise;
  }

  /** Starts the process without waiting until it answers. Rejects nothing: `up` does where it ends by itself. */
  start(): void {
    const options = ["--assembly", this.assembly, "--data", this.data, "--port", String(this.port)];
    const child = spawn(process.execPath, [START, ...options], { stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const endpoint = /ready at (\S+)/.exec(output)?.[1];
      if (!endpoint) return;
      this.port = Number(new URL(endpoint).port);
      this.answers = true;
      this.ready.resolve(endpoint);
    });
    child.stderr.on("data", (chunk) => {
      this.errors += chunk;
    });
    child.once("exit", (code) => {
      if (code !== null && code !== 0)
        this.ready.reject(new Error(`It ended by itself with ${code}: ${this.errors}`));
    });
  }

  /** No process answers from here on until `start`. */
  async kill(): Promise<void> {
    const child = this.child!;
    // Who waits for a process that dies before it answers waits for the next.
    if (this.answers) this.ready = Promise.withResolvers();
    this.answers = false;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}
