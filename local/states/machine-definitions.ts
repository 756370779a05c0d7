import type { Machine } from "./definition.ts";
import type { ExecutionTable } from "./storage/executions.ts";

const MOST_CACHED = 1_000;

/** The definitions of state machines, parsed once. */
export class MachineDefinitions {
  private readonly executions: ExecutionTable;
  private readonly cached = new Map<number, Machine>();

  constructor(executions: ExecutionTable) {
    this.executions = executions;
  }

  get(id: number): Machine {
    const cached = this.cached.get(id);
    if (cached) return cached;
    const machine: Machine = JSON.parse(this.executions.definition(id));
    if (this.cached.size >= MOST_CACHED) this.cached.delete(this.cached.keys().next().value!);
    this.cached.set(id, machine);
    return machine;
  }
}
