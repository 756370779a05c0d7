import { UserError } from "../kernel/errors.ts";

/** Everything that prevents an app from running here, so that the user sees all of it at once. */
export class Problems {
  private readonly found: string[] = [];

  add(where: string, why: string): void {
    this.found.push(`${where}: ${why.replace(/\.$/, "")}.`);
  }

  /** Runs `task`; a UserError is recorded, and the answer is undefined. */
  attempt<T>(where: string, task: () => T): T | undefined {
    try {
      return task();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.add(where, error.message);
      return undefined;
    }
  }

  throwIfAny(): void {
    if (this.found.length === 0) return;
    throw new UserError(
      [
        "The app cannot run here as it is. Nothing was created.",
        ...this.found.map((problem) => `  - ${problem}`),
        "Leave these out of local runs (for instance behind a CDK context value), or deploy to an AWS account.",
      ].join("\n"),
    );
  }
}
