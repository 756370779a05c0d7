import jsonata from "jsonata";
import type { Catcher, Json, StateMachine, States, Transition } from "../../lib/workflow/states.ts";

/** What a task is answered with, and after how many seconds. */
export type Answer = { result: unknown; after?: number } | { error: string; after?: number };

type Perform = (message: any, queueUrl: string) => Answer;
type Variables = ReadonlyMap<string, unknown>;
interface Point {
  input: unknown;
  time: number;
}

/**
 * Runs a compiled machine as far as its meaning goes: scopes of variables, JSONata, Parallel, Map, Choice, Catch, on
 * virtual time. Refuses what the service refuses: undefined values, and inner variables that bear an outer one's name.
 */
export async function interpret(
  machine: StateMachine,
  executionInput: unknown,
  perform: Perform,
): Promise<{ output: unknown; seconds: number }> {
  const context = {
    Execution: { Input: executionInput, RedriveCount: 0 },
    State: { RetryCount: 0 },
    Task: { Token: "token" },
  };

  async function evaluate(template: Json, variables: Variables, states: object): Promise<unknown> {
    if (typeof template === "string") {
      const source = /^\{%(.*)%\}$/s.exec(template)?.[1];
      if (source === undefined) return template;
      const value = await jsonata(source).evaluate(undefined, { ...Object.fromEntries(variables), states });
      if (value === undefined) throw new Error(`${template} gave nothing`);
      return JSON.parse(JSON.stringify(value));
    }
    if (Array.isArray(template))
      return Promise.all(template.map((item) => evaluate(item, variables, states)));
    if (typeof template !== "object" || template === null) return template;
    const fields = Object.entries(template).map(async ([name, field]) => [
      name,
      await evaluate(field, variables, states),
    ]);
    return Object.fromEntries(await Promise.all(fields));
  }

  async function leave(
    { Assign = {}, Output }: Omit<Transition, "Next" | "End"> | Catcher,
    variables: Variables,
    outer: ReadonlySet<string>,
    states: object,
    fallback: unknown,
  ): Promise<{ output: unknown; variables: Variables }> {
    const clash = Object.keys(Assign).find((name) => outer.has(name));
    if (clash) throw new Error(`The variable ${clash} exists in an outer scope.`);
    const assigned = Object.entries((await evaluate(Assign, variables, states)) as object);
    const output = Output === undefined ? fallback : await evaluate(Output, variables, states);
    return { output, variables: new Map([...variables, ...assigned]) };
  }

  async function run(
    { StartAt, States }: { StartAt: string; States: States },
    start: Point,
    outerVariables: Variables,
    // Names that outer scopes assign anywhere, whether before or after.
    outer: ReadonlySet<string>,
    item?: { Index: number; Value: unknown },
  ): Promise<Point> {
    let [name, input, time, variables] = [StartAt, start.input, start.time, outerVariables];
    const inner = new Set([...outer, ...namesAssigned(States)]);
    for (;;) {
      const state = States[name]!;
      let states: Record<string, unknown> = {
        input,
        context: { ...context, ...(item && { Map: { Item: item } }) },
      };
      let via: Omit<Transition, "Next" | "End"> = state;
      let next: string | undefined = "Next" in state ? state.Next : undefined;
      let result: unknown = input;
      if (state.Type === "Task") {
        const { QueueUrl, MessageBody } = (await evaluate(state.Arguments, variables, states)) as any;
        const answer = perform(MessageBody, QueueUrl);
        const after = answer.after ?? 0;
        const error =
          after > state.TimeoutSeconds ? "States.Timeout" : "error" in answer ? answer.error : undefined;
        time += Math.min(after, state.TimeoutSeconds);
        if (error !== undefined) {
          const catcher = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.includes(error));
          if (!catcher) throw new Error(error);
          [via, next, result] = [catcher, catcher.Next, { Error: error }];
        } else {
          result = "result" in answer ? answer.result : undefined;
          states = { ...states, result };
        }
      } else if (state.Type === "Parallel") {
        const ends = await Promise.all(
          state.Branches.map((branch) => run(branch, { input, time }, variables, inner)),
        );
        time = Math.max(...ends.map((end) => end.time));
        result = ends.map((end) => end.input);
        states = { ...states, result };
      } else if (state.Type === "Map") {
        const items = await evaluate(state.Items, variables, states);
        if (!Array.isArray(items)) throw new Error(`${name} has no list: ${JSON.stringify(items)}`);
        const ends = await Promise.all(
          items.map(async (Value, Index) => {
            const selected = await evaluate(state.ItemSelector, variables, {
              input,
              context: { ...context, Map: { Item: { Index, Value } } },
            });
            return run(state.ItemProcessor, { input: selected, time }, variables, inner);
          }),
        );
        time = Math.max(time, ...ends.map((end) => end.time));
        result = ends.map((end) => end.input);
        states = { ...states, result };
      } else if (state.Type === "Choice") {
        next = state.Default;
        for (const rule of state.Choices) {
          const holds = await evaluate(rule.Condition, variables, states);
          if (typeof holds !== "boolean") throw new Error(`${rule.Condition} is no truth`);
          if (holds) [via, next] = [rule, rule.Next!];
        }
      }
      const left = await leave(via, variables, outer, states, result);
      [input, variables] = [left.output, left.variables];
      if (next === undefined) return { input, time };
      name = next;
    }
  }

  const { input: output, time } = await run(
    machine,
    { input: executionInput, time: 0 },
    new Map(),
    new Set(),
  );
  return { output, seconds: time };
}

function namesAssigned(states: States): string[] {
  return Object.values(states).flatMap((state) => [
    ...Object.keys(state.Assign ?? {}),
    ...("Choices" in state ? state.Choices.flatMap(({ Assign = {} }) => Object.keys(Assign)) : []),
    ...("Catch" in state ? (state.Catch ?? []).flatMap(({ Assign = {} }) => Object.keys(Assign)) : []),
  ]);
}
