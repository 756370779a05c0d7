import { ask, giveUp, type StepContext, waitAndRetry } from "../../../lambdas/runtime/index.ts";

interface Input {
  parcel: { id: string; trouble?: string | undefined; at?: string | undefined };
  so?: string | undefined;
}

/** Says what has been done so far, or has the trouble that the parcel asks for. */
export function handle(step: string) {
  return ({ parcel: { trouble, at, id }, so = id }: Input, { attempt, log }: StepContext) => {
    log.info(`Begins: ${step} ${attempt}.`);
    if (at === step) {
      if (trouble === "twice" && attempt < 3) throw new Error("Try again.");
      if (trouble === "always") throw new Error("It never works.");
      if (trouble === "gives up") throw giveUp("The parcel is torn.");
      if (trouble === "asks") throw ask("Is the parcel all right?");
      if (trouble === "waits") throw waitAndRetry("The counter is closed.", 30_000);
    }
    return { so: `${so}, ${step}` };
  };
}

/** Undoes a step: says what it had done. */
export function unpacked({ output }: { output: { so: string } }, { log }: StepContext) {
  log.info(`Undone: ${output.so}.`);
  return { so: output.so };
}
