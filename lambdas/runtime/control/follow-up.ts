import type { ChangeSettings, Command } from "../../../lib/contract/messages/command.ts";
import { advance } from "../completion/advance.ts";
import type { ControlPorts } from "./ports.ts";

/** The search is repeated after these pauses: an index may not have the latest items at once. */
const LOOKS_OF_AN_INDEX = 2;

const REMEMBERED = 2_000;

/** The follow-up of a change that an operator requested. Idempotent. */
export async function followUp(command: Command, ports: ControlPorts): Promise<void> {
  const { action, target, key } = command;
  if (action === "set" && "workflow" in target && changesQueue(command as ChangeSettings)) {
    const since = new Date(ports.now()).toISOString();
    // Functions remember settings for a second.
    const { workflow } = target;
    await ports.remind({ action: "look", workflow, since, looks: LOOKS_OF_AN_INDEX }, REMEMBERED);
  }
  if (action === "set" && "limit" in target) {
    const since = new Date(ports.now()).toISOString();
    for (const workflow of Object.keys(ports.settings.workflow)) {
      const look = {
        action: "look",
        workflow,
        limit: target.limit,
        since,
        looks: LOOKS_OF_AN_INDEX,
      } as const;
      await ports.remind(look, REMEMBERED);
    }
  }
  if (action === "resume") {
    const looks = "run" in target ? 1 : LOOKS_OF_AN_INDEX;
    await ports.remind({ action: "release", target, looks }, 0);
  }
  if (action === "terminate") {
    const run = await ports.runs.read(target.run);
    if (run?.status === "closing" && run.terminated?.key === key) await advance(run, ports);
  }
}

/** Whether a change may let runs start that wait for their turn. */
function changesQueue({ values }: ChangeSettings): boolean {
  return values === undefined || Object.keys(values).some((name) => name.startsWith("perKey."));
}
