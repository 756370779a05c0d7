import type { Command } from "../../../lib/contract/command.ts";
import { advance } from "../completion/advance.ts";
import type { ControlPorts } from "./ports.ts";

/** Everything is looked for this often: an index may not know at once what was put aside last. */
const LOOKS_OF_AN_INDEX = 2;

/** What follows from a change that was ordered. Done twice, it changes nothing the second time. */
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
