import { UserError } from "../kernel/errors.ts";

/** Ends the process, and says why: a mistake of the user in its own words, anything else with its stack. */
export function fail(error: unknown): never {
  process.stderr.write(
    `${error instanceof UserError ? error.message : ((error as Error)?.stack ?? error)}\n`,
  );
  process.exit(1);
}
