import type { Effects, EndedExecution, Machines } from "../../../lambdas/runtime/completion/ports.ts";
import type { OpenTask } from "../../../lambdas/runtime/completion/progress.ts";
import { undoClaim } from "../../../lambdas/runtime/work/undo-claim.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import type { memory } from "./memory.ts";

/** Effects over the items of `memory`. */
export function memoryEffects(state: ReturnType<typeof memory>): Effects {
  return {
    of: async (run) => {
      const claims = state.all().filter((item): item is ClaimItem => item.kind === "claim");
      return claims.filter((claim) => claim.run === run);
    },
    async giveUp(effect, key, givenUp) {
      const prior = state.get(key) as ClaimItem | undefined;
      if (prior?.state === "done" || prior?.state === "sealed") return;
      state.write({ ...undoClaim(effect), ...prior, givenUp } as ClaimItem);
    },
  };
}

/** State machines of which the test decides when and how executions end. */
export function memoryMachines() {
  const executions = new Map<string, { input: unknown; state: "running" | EndedExecution }>();
  const stopped: string[] = [];
  const open = new Map<string, OpenTask[]>();
  const machines: Machines = {
    async start(machine, name, input) {
      const id = `${machine}:${name}`;
      if (!executions.has(id)) executions.set(id, { input: JSON.parse(input), state: "running" });
      return { kind: "started", execution: `arn:aws:states:us-east-1:000000000000:execution:${id}` };
    },
    look: async (machine, name) => executions.get(`${machine}:${name}`)?.state ?? "absent",
    openTasks: async (machine, name) => open.get(`${machine}:${name}`) ?? [],
    async stop(machine, name, failure) {
      const execution = executions.get(`${machine}:${name}`);
      if (execution?.state !== "running") return;
      stopped.push(`${machine}:${name}`);
      execution.state = { input: execution.input, end: { status: "terminated", failure } };
    },
  };
  return {
    machines,
    stopped,
    /** What executions wait for, by machine and name. */
    open,
    names: () => [...executions.keys()],
    inputOf: <Input>(id: string) => executions.get(id)!.input as Input,
    running: () => [...executions].filter(([, { state }]) => state === "running").map(([id]) => id),
    end(id: string, end: EndedExecution["end"]) {
      const execution = executions.get(id)!;
      execution.state = { input: execution.input, end };
      return `arn:aws:states:us-east-1:000000000000:execution:${id}`;
    },
  };
}
