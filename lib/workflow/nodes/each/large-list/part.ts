import type { FailPart, KeepPart } from "../../../../contract/messages/list-message.ts";
import { ending } from "../../../exit.ts";
import type { Expression } from "../../../expression.ts";
import { code, type Frame } from "../../../frame.ts";
import type { EachNode } from "../../../graph.ts";
import { claimPath, itemSelector, iterationFrame, PASSED_ON, readsOuterItems } from "../../../iteration.ts";
import { wrap } from "../../../jsonata.ts";
import { variableName } from "../../../names.ts";
import type { Position } from "../../../position.ts";
import { partsOfValue, resultLimit } from "../../../result-limit.ts";
import type { Json, Machine, MapState, States } from "../../../states.ts";
import { expressionsIn, expressionsOf } from "../../../traverse.ts";
import { itemOutcome, tolerantItem } from "../tolerance.ts";
import { type Captured, capturedBy } from "./captured.ts";
import { concurrencyOf } from "./concurrency.ts";
import { failureIn, requestsFor } from "./requests.ts";
import { stateNames } from "./state-names.ts";

/** Whether the results of the list are read later, and whether its parts store them: also to count failures. */
interface Gathering {
  readonly isRead: boolean;
  readonly gathers: boolean;
}

/**
 * A part's child execution: an inline Map of its items, whose results are stored. Its input has what its
 * states read of the parent's execution.
 */
export function compilePart(
  node: EachNode,
  position: Position,
  { isRead, gathers }: Gathering,
): { input: Json; machine: Machine } {
  const { name, segment, blocks, tolerance } = node;
  const { frame } = position;
  const states = stateNames(name);
  const outer = { ...frame, path: frame.path && "$states.input.path", limited: new Set<string>() };
  const request = requestsFor(position, claimPath(segment, outer));
  const [failed, results] = [`${variableName(name)}_failure`, `${variableName(name)}_results`];
  const items: MapState = {
    ...itemsOf(node, position, outer, isRead),
    Catch: [
      {
        ErrorEquals: ["States.ALL"],
        Assign: { [failed]: wrap("$states.errorOutput") },
        Output: PASSED_ON,
        Next: states.partFailed,
      },
    ],
    ...(gathers
      ? { Assign: { [results]: wrap("$states.result") }, Output: PASSED_ON, Next: states.kept }
      : { Output: {}, End: true }),
  };
  const machine: Machine = {
    StartAt: states.items,
    States: {
      [states.items]: items,
      ...(gathers && {
        [states.kept]: {
          ...request<KeepPart>({
            kind: "keep part",
            results: wrap(`$${results}`),
            tolerant: tolerance !== undefined,
          }),
          Output: wrap("$states.result"),
          End: true,
        },
      }),
      [states.partFailed]: {
        ...request<FailPart>({ kind: "fail part", ...failureIn(`$${failed}`) }),
        End: true,
      },
    },
  };
  const { body } = blocks;
  const read = [...body.nodes.flatMap(expressionsOf), ...(isRead ? [body.value] : [])];
  const captured = capturedBy(read, body, frame);
  return { input: inputOf(node, frame, captured), machine: withVariables(machine, states.part, captured) };
}

/** The Map of the items of one part, without what follows it. `outer` is the frame of the part. */
function itemsOf(
  node: EachNode,
  { compile }: Position,
  outer: Frame,
  isRead: boolean,
): Pick<MapState, "Type" | "Items" | "ItemSelector" | "MaxConcurrency" | "ItemProcessor"> {
  const { name, segment, blocks, tolerance } = node;
  const { body } = blocks;
  const limited = isRead ? partsOfValue(body) : new Set<string>();
  const inner = iterationFrame(name, outer, limited);
  const result: Expression = isRead ? body.value : { kind: "absent" };
  const size = code("$count($states.input.part.items)");
  return {
    Type: "Map",
    Items: wrap("$states.input.part.items"),
    ItemSelector: itemSelector(name, segment, expressionsIn(body), outer, {
      limit: limited.size > 0 ? resultLimit(name, size, body.value, outer) : undefined,
      index: "($states.input.part.first + $states.context.Map.Item.Index)",
      outer: "$states.input.outer",
    }),
    MaxConcurrency: concurrencyOf(node).items,
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      ...(tolerance === undefined
        ? compile(body, inner, ending(result))!
        : tolerantItem(name, compile(body, inner, ending(itemOutcome(result)))!)),
    },
  };
}

/** The input of a part's execution, evaluated in the parent's. */
function inputOf({ blocks }: EachNode, frame: Frame, { event, variables }: Captured): Json {
  return {
    run: wrap("$states.context.Execution.Input.run"),
    ...(event && { event: wrap("$states.context.Execution.Input.event") }),
    part: wrap("$states.context.Map.Item.Value"),
    ...(frame.path !== undefined && { path: wrap(frame.path) }),
    ...(readsOuterItems(expressionsIn(blocks.body), frame) && { outer: wrap("$states.input") }),
    ...(variables.length > 0 && {
      variables: Object.fromEntries(variables.map((variable) => [variable, wrap(`$${variable}`)])),
    }),
  };
}

/** The machine, with a state in front that sets the variables of the parent as the input has them. */
function withVariables({ StartAt, States }: Machine, state: string, { variables }: Captured): Machine {
  if (variables.length === 0) return { StartAt, States };
  const known: States = {
    [state]: {
      Type: "Pass",
      Assign: Object.fromEntries(
        variables.map((variable) => [variable, wrap(`$states.input.variables.${variable}`)]),
      ),
      Output: PASSED_ON,
      Next: StartAt,
    },
  };
  return { StartAt: state, States: { ...known, ...States } };
}
