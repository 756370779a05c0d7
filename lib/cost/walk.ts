import { TASK_ERROR } from "../contract/failure.ts";
import { MACHINE_ERROR } from "../workflow/errors.ts";
import { TIMED_OUT } from "../workflow/nodes/catch.ts";
import type { Choice, MapState, Parallel, State, States, Task } from "../workflow/states.ts";
import type { Extent } from "./attempt.ts";
import { costOf, costOfFailedTask, costOfSilence, nodesOfGroup } from "./cost-of.ts";
import type { CostTables } from "./cost-tables.ts";
import { dollarsOf } from "./prices.ts";
import { at, entered, repeated, type Scenario, scenario, together } from "./scenario.ts";

/** The path of a run where its definition leaves it open, by the names of states. */
export interface Directions extends CostTables {
  /** How often a Map, or the message of a list, repeats its content. */
  readonly items: ReadonlyMap<string, number>;
  /** How many rounds a loop has, by the Choice that ends it or begins another round. */
  readonly rounds: ReadonlyMap<string, number>;
  /** The target of a Choice that is taken, counted from 0; if it is not here, the extent decides. */
  readonly ways: ReadonlyMap<string, number>;
}

/** Remaining rounds, by the state that decides on a further one. */
type Rounds = ReadonlyMap<string, number>;

/** The cost from a state to the end of its scope; undefined if that is a failure. */
type Follow = (state: string, rounds: Rounds) => Scenario | undefined;

/**
 * The cost of a state machine, state by state, as it is compiled: so no state that a run enters is forgotten.
 * At a branch, the cheapest or the most expensive successful path is taken or, in the typical case, each
 * equally often.
 */
export function walk(
  { StartAt, States }: { StartAt: string; States: States },
  directions: Directions,
): Scenario {
  const scenario = scopeOf(States, directions)(StartAt, new Map());
  if (!scenario) throw new Error(`No path leads from "${StartAt}" to a successful end.`);
  return scenario;
}

function scopeOf(states: States, directions: Directions): Follow {
  const known = new Map<string, Scenario | undefined>();
  const follow: Follow = (name, rounds) => {
    const key = JSON.stringify([name, ...rounds]);
    if (!known.has(key)) known.set(key, from(name, states[name]!, rounds));
    return known.get(key);
  };
  const onward = (own: Scenario, next: string | undefined, rounds: Rounds): Scenario | undefined => {
    if (next === undefined || own.failed) return own;
    const rest = follow(next, rounds);
    return rest && together([own, rest]);
  };

  const from = (name: string, state: State, rounds: Rounds): Scenario | undefined => {
    switch (state.Type) {
      case "Fail":
        return state.Error === MACHINE_ERROR.raceWon ? passed(name) : undefined;
      case "Choice":
        return atChoice(name, state, rounds);
      case "Task":
        return atTask(name, state, rounds);
      case "Pass":
      case "Wait":
        return onward(passed(name), state.Next, rounds);
      case "Map": {
        const own = mapped(name, state, directions);
        return own && onward(own, state.Next, rounds);
      }
      case "Parallel": {
        const decided = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.includes(MACHINE_ERROR.raceWon));
        const own = decided ? raced(name, state, directions) : sideBySide(name, state, directions);
        return own && onward(own, (decided ?? state).Next, rounds);
      }
    }
  };

  /** After a loop's first round. */
  const furtherRounds = (name: string): number | undefined => {
    const count = directions.rounds.get(name);
    return count === undefined ? undefined : count - 1;
  };

  const atChoice = (name: string, { Choices, Default }: Choice, rounds: Rounds): Scenario | undefined => {
    const targets = [...Choices.map(({ Next }) => Next!), ...(Default === undefined ? [] : [Default])];
    const left = rounds.get(name) ?? furtherRounds(name);
    // The first rule of a loop leads out of it, the second to its next round.
    if (left !== undefined) {
      return left > 0
        ? onward(passed(name), targets[1], new Map([...rounds, [name, left - 1]]))
        : onward(passed(name), targets[0], without(rounds, name));
    }
    const way = directions.ways.get(name);
    const taken = way === undefined ? targets : [targets[way]!];
    return pick(
      taken.map((target) => onward(passed(name), target, rounds)),
      directions.extent,
    );
  };

  const atTask = (name: string, task: Task, rounds: Rounds): Scenario | undefined => {
    const { failsAt } = directions.given;
    const items = directions.items.get(name);
    if (failsAt !== undefined && [name, ...nodesOfGroup(task)].includes(failsAt))
      return { ...at(name, costOfFailedTask(task, directions, "the first", items)), failed: true };
    const answered = onward(at(name, costOf(task, directions, items)), task.Next, rounds);
    if (directions.extent !== "worst") return answered;
    return pick([answered, ...failures(name, task, rounds)], directions.extent);
  };

  /**
   * Where a task leads that is not answered, or that fails in all its attempts. A question to a person is not
   * an end of a step.
   */
  const failures = (name: string, { Catch = [], ...task }: Task, rounds: Rounds): (Scenario | undefined)[] =>
    Catch.filter(({ ErrorEquals }) => !ErrorEquals[0]!.startsWith(TASK_ERROR.ask)).map(
      ({ ErrorEquals, Next }) => {
        const own = ErrorEquals.includes(TIMED_OUT[0]!)
          ? costOfSilence(task, directions)
          : costOfFailedTask(task, directions, "all tries", directions.items.get(name));
        return onward(at(name, own), Next, rounds);
      },
    );

  return follow;
}

function mapped(name: string, { ItemProcessor }: MapState, directions: Directions): Scenario | undefined {
  const items = directions.items.get(name) ?? 0;
  const own = passed(name);
  if (items === 0) return own;
  const body = scopeOf(ItemProcessor.States, directions)(ItemProcessor.StartAt, new Map());
  return body && together([own, repeated(body, items)]);
}

function sideBySide(name: string, { Branches }: Parallel, directions: Directions): Scenario | undefined {
  const all = Branches.map(({ StartAt, States }) => scopeOf(States, directions)(StartAt, new Map()));
  const ending = all.filter((one) => one !== undefined);
  return ending.length === all.length ? together([passed(name), ...ending]) : undefined;
}

/**
 * The ways of a race: the winner alone in the best case, otherwise all of them to their ends. The undo of the
 * losers is not part of it, like that of a run that fails.
 */
function raced(name: string, { Branches }: Parallel, directions: Directions): Scenario | undefined {
  const ways = Branches.map(({ StartAt, States }) => scopeOf(States, directions)(StartAt, new Map()));
  const ending = ways.filter((way) => way !== undefined);
  if (ending.length === 0) return undefined;
  const run = directions.extent === "best" ? [pick(ending, "best")!] : ending;
  return together([passed(name), ...run]);
}

/** A state that a plain state machine enters too. */
function passed(name: string): Scenario {
  const units = entered(1);
  return at(name, scenario({ run: units, plain: units }));
}

/** One of the successful paths; in the typical case, each equally often. If one is to fail, that one. */
function pick(ways: readonly (Scenario | undefined)[], extent: Extent): Scenario | undefined {
  const open = ways.filter((way) => way !== undefined);
  const failing = open.filter(({ failed }) => failed);
  if (failing.length > 0) return failing[0];
  if (extent === "typical") {
    return open.length > 0 ? together(open.map((way) => repeated(way, 1 / open.length))) : undefined;
  }
  const byPrice = open.toSorted((a, b) => dollarsOf(a.run) - dollarsOf(b.run));
  return extent === "best" ? byPrice[0] : byPrice.at(-1);
}

function without(rounds: Rounds, name: string): Rounds {
  return new Map([...rounds].filter(([other]) => other !== name));
}
