/** A state as it is written in the States Language; which fields it has depends on its type. */
export interface State {
  Type: "Pass" | "Task" | "Choice" | "Wait" | "Succeed" | "Fail" | "Parallel" | "Map";
  QueryLanguage?: QueryLanguage;
  Next?: string;
  End?: boolean;
  Output?: unknown;
  Assign?: unknown;
  [field: string]: any;
}

export type QueryLanguage = "JSONPath" | "JSONata";

/** Something with states of its own: a state machine, a branch of a Parallel, the processor of a Map. */
export interface Container {
  StartAt: string;
  States: Record<string, State>;
}

export interface Machine extends Container {
  QueryLanguage?: QueryLanguage;
  TimeoutSeconds?: number;
}

/** One step from a container into one of its states: the branch of a Parallel by number, or a Map's processor. */
type Step = readonly [state: string, branch: number | "items"];

/** The way from the state machine to a container inside it. */
export type Scope = readonly Step[];

/** A Map's states, under the name of today or under the legacy one. */
export function itemProcessor(
  state: State,
): Container & { ProcessorConfig?: { Mode?: string; ExecutionType?: string } } {
  return state.ItemProcessor ?? state.Iterator;
}

export function isDistributed(state: State): boolean {
  return itemProcessor(state).ProcessorConfig?.Mode === "DISTRIBUTED";
}

export function containerAt(machine: Machine, scope: Scope): Container {
  let container: Container = machine;
  for (const [name, branch] of scope) {
    const state = container.States[name]!;
    container = branch === "items" ? itemProcessor(state) : state.Branches[branch];
  }
  return container;
}

export function queryLanguage(machine: Machine, state: State): QueryLanguage {
  return state.QueryLanguage ?? machine.QueryLanguage ?? "JSONPath";
}

/** The containers that a state holds. */
export function inner(state: State): Container[] {
  if (state.Type === "Parallel") return state.Branches;
  return state.Type === "Map" ? [itemProcessor(state)] : [];
}

/** The state of that name wherever it is in the machine. Names are unique within a machine. */
export function findState(container: Container, name: string): State | undefined {
  if (Object.hasOwn(container.States, name)) return container.States[name];
  for (const state of Object.values(container.States)) {
    for (const child of inner(state)) {
      const found = findState(child, name);
      if (found) return found;
    }
  }
  return undefined;
}
