import type { Command } from "../../../lib/contract/command.ts";
import { advance } from "../completion/advance.ts";
import type { ControlPorts } from "./ports.ts";

/** The search is repeated after these pauses: an index may not have the latest items at once. */
const LOOKS_OF_AN_INDEX = 2;

/** The follow-up of a change that an operator requested. Idempotent. */
export async function followUp({ action, target, key }: Command, ports: ControlPorts): Promise<void> {
  if (action === "resume") {
    const looks = "run" in target ? 1 : LOOKS_OF_AN_INDEX;
    await ports.remind({ action: "release", target, looks }, 0);
  }
  if (action === "terminate") {
    const run = await ports.runs.read(target.run);
    if (run?.status === "closing" && run.terminated?.key === key) await advance(run, ports);
  }
}
