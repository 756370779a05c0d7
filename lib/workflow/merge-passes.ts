import { PASSED_ON } from "./iteration.ts";
import type { Machine, Pass, State, Transition } from "./states.ts";

/** One transition of a state: direct, by a rule of a choice, by its default, or by an error. */
type Way = Pick<Transition, "Assign" | "Output" | "Next">;

/**
 * Skips each state that only sets variables, if its predecessor can set them instead: entering a state is
 * billed, and setting a variable is not. A state without predecessors is removed.
 *
 *     render ──▶ cut done (sets cut) ──▶ publish      becomes      render (sets cut) ──▶ publish
 */
export function mergePasses({ StartAt, States }: Machine): Machine {
  const merged = new Map(Object.entries(States).map(([name, state]) => [name, inScopesOf(state)]));
  for (const [name, state] of merged) {
    if (!onlySets(state)) continue;
    for (const [other, from] of merged) {
      const past = (way: Way) => (way.Next === name && canSet(way, state) ? together(way, state) : way);
      merged.set(other, changeWays(from, past));
    }
    const isLedTo = [...merged.values()].flatMap(waysOf).some(({ Next }) => Next === name);
    if (name !== StartAt && !isLedTo) merged.delete(name);
  }
  return { StartAt, States: Object.fromEntries(merged) };
}

function together(way: Way, { Assign, Next }: Pass): Way {
  return { ...way, ...(Assign && { Assign: { ...way.Assign, ...Assign } }), Next: Next! };
}

/** A state with its inner machines. */
function inScopesOf(state: State): State {
  switch (state.Type) {
    case "Map":
      return { ...state, ItemProcessor: { ...state.ItemProcessor, ...mergePasses(state.ItemProcessor) } };
    case "Parallel":
      return { ...state, Branches: state.Branches.map(mergePasses) };
    default:
      return state;
  }
}

function onlySets(state: State): state is Pass {
  if (state.Type !== "Pass" || state.Next === undefined) return false;
  return state.Output === undefined || state.Output === PASSED_ON;
}

/**
 * Whether the variables have the same values when they are set together with those of the transition. What
 * they read of their input has: all states of a scope have the same input.
 */
function canSet({ Assign = {} }: Way, pass: Pass): boolean {
  const read = new Set(JSON.stringify(pass.Assign ?? {}).match(/\$\w+/g));
  return Object.keys(Assign).every((variable) => !read.has(`$${variable}`));
}

function waysOf(state: State): Way[] {
  const ways: Way[] = [];
  changeWays(state, (way) => {
    ways.push(way);
    return way;
  });
  return ways;
}

function changeWays(state: State, change: (way: Way) => Way): State {
  switch (state.Type) {
    case "Fail":
      return state;
    case "Choice": {
      const Choices = state.Choices.map((rule) => ({ ...rule, ...change(rule) }));
      if (state.Default === undefined) return { ...state, Choices };
      const { Default, Assign, ...rest } = state;
      const { Next, ...way } = change({ ...(Assign && { Assign }), Next: Default });
      return { ...rest, Choices, Default: Next!, ...way };
    }
    default: {
      const changed = { ...state, ...change(state) };
      return "Catch" in changed && changed.Catch
        ? { ...changed, Catch: changed.Catch.map((catcher) => ({ ...catcher, ...change(catcher) })) }
        : changed;
    }
  }
}
