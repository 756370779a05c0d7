import { giveUp } from "../../../lib/contract/failure.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { describeFindings, validate } from "../events/validation.ts";
import { restore } from "../payload/restore.ts";
import { resultOf } from "./earlier.ts";
import type { Effect } from "./effect.ts";
import type { AttemptPorts } from "./ports.ts";

/**
 * The input of a handler: restored, and valid by the contract. Throws a failure that gives up if it is not.
 */
export async function inputOf(effect: Effect, ports: AttemptPorts): Promise<unknown> {
  const { message, spec, literalInput } = effect;
  const written = message.direction === "do" ? message.input : await undoneOf(effect, ports);
  const whole = literalInput ? written : await restore(written, ports.artifacts);
  const input = await validate(spec.input, whole);
  if (input.valid) return input.value;
  throw giveUp(`The input of ${message.path} breaks its contract: ${describeFindings(input.findings)}`, {
    name: "InvalidInput",
  });
}

/** The input and result of an effect, from its claim: the input of the step that undoes it. */
async function undoneOf({ message: { run, path } }: Effect, { claims }: AttemptPorts): Promise<unknown> {
  const done = await claims.find(claimKey(run.id, run.epoch, path, "do"));
  const output = resultOf(done);
  if (done?.undo && output !== undefined) return { input: done.undo.input, output };
  throw giveUp(
    `There is nothing to undo for ${path} in epoch ${run.epoch} of run ${run.id}: its effect is ${done?.state ?? "not claimed"}.`,
    { name: "NothingToUndo" },
  );
}
