import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Soak } from "./kinds.ts";
import type { Asked } from "./worker.ts";

/** A process that runs seeds. */
export class Helper {
  private readonly child: ChildProcess;
  private readonly ready: Promise<void>;

  /** `folder` holds the synthesized app. */
  constructor(kind: Soak, folder: string) {
    this.child = fork(join(import.meta.dirname, "worker.ts"), [kind, folder], { execArgv: [] });
    this.ready = new Promise((resolve) => this.child.once("message", () => resolve()));
  }

  async ask(asked: Asked): Promise<unknown> {
    await this.ready;
    return await new Promise((resolve, reject) => {
      const died = (code: number | null) =>
        reject(new Error(`A process ended with ${code} over ${JSON.stringify(asked)}.`));
      this.child.once("exit", died);
      this.child.once("message", (answer) => {
        this.child.off("exit", died);
        resolve(answer);
      });
      this.child.send(asked);
    });
  }

  end(): void {
    this.child.kill();
  }
}
