import { DefinitionError } from "../../../contract/definition-error.ts";
import type {
  FailList,
  FailPart,
  JoinParts,
  KeepPart,
  SplitList,
} from "../../../contract/messages/list-message.ts";
import { ending, leave, readAt } from "../../exit.ts";
import type { Expression } from "../../expression.ts";
import { bind, code, type Frame } from "../../frame.ts";
import type { Block, EachNode } from "../../graph.ts";
import {
  claimPath,
  HANDED_ON,
  handOn,
  itemSelector,
  iterationFrame,
  readsOuterItems,
} from "../../iteration.ts";
import { template, wrap } from "../../jsonata.ts";
import { itemOf, shortened, variableName } from "../../names.ts";
import type { OpenItems } from "../../open-point.ts";
import type { Position } from "../../position.ts";
import { partsOfValue, resultLimit } from "../../result-limit.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "../../send.ts";
import type { Machine, Retrier, States } from "../../states.ts";
import { expressionsIn } from "../../traverse.ts";
import { LONGEST_INLINE, PART_ITEMS } from "./list-length.ts";
import { itemOutcome, tolerantItem } from "./tolerance.ts";

/** Maximum number of events in the history of a part's execution: Step Functions ends it at 25,000. */
const PART_EVENTS = 20_000;
/** Concurrent items of a part, and of all parts if the definition sets no limit. */
const AT_ONCE = { inPart: 40, inAll: 1_000 };

export function isLarge({ most }: EachNode): boolean {
  return most > LONGEST_INLINE;
}

/** The number of items of a part, so that the history of its execution stays far below its limit. */
export function partSize({ name, blocks, tolerance }: EachNode, within: (block: Block) => number): number {
  const perItem = 2 + (tolerance === undefined ? 0 : 6) + within(blocks.body);
  if (perItem <= PART_EVENTS) return Math.min(PART_ITEMS, Math.floor(PART_EVENTS / perItem));
  throw new DefinitionError(
    `An item of "${name}" could write ${perItem} history events; at most ${PART_EVENTS} fit into one execution. Do more in one step, or run each item with w.child.`,
  );
}

/**
 * The parts could not be read, because of a throttle of S3 for example: no child execution has started then.
 */
const RETRY_READ: Retrier = {
  ErrorEquals: ["States.ItemReaderFailed"],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxAttempts: 5,
  MaxDelaySeconds: 60,
  JitterStrategy: "FULL",
};

/** Split and join, a choice, and a distributed Map: entered, started, run started, run ended, exited. */
export const LARGE_LIST_EVENTS = 6 + 2 + 5 + 6 + 6;

/**
 * A list that is too long for one execution: it is stored in parts, and a child execution of a distributed
 * Map processes each part with an inline Map. Paths, and so claims, are those of an inline Map.
 *
 *     lines ──▶ lines count ──▶ lines parts ──▶ lines joined
 *                    ╲               ╲
 *                     ▶ lines none    ▶ lines failed
 *
 *     of each part:  lines items ──▶ lines kept
 *                         ╲
 *                          ▶ lines part failed
 */
export function compileLarge(node: EachNode, position: Position): States {
  const { name, segment, reads, concurrency = AT_ONCE.inAll, most, tolerance } = node;
  const { frame, exit, keepsOf, events } = position;
  if (keepsOf(name).length > 0) {
    throw new DefinitionError(
      `The results of "${name}" are those of up to ${most} items, and the workflow looks into them. Pass the whole list to a step, and look into it there: a state machine holds 256 KiB.`,
    );
  }
  const states = namesOf(name);
  const variable = `${variableName(name)}_list`;
  const isRead = readAt(exit, frame).has(name);
  const gathers = isRead || tolerance !== undefined;
  const part = compilePart(node, position, isRead);
  const inPart = Math.min(concurrency, AT_ONCE.inPart);
  const ask = asking(position, claimPath(segment, frame));
  const done = leave(exit, bind(frame, name, code("$states.result")));
  return {
    [name]: {
      ...ask<SplitList>({
        kind: "split list",
        list: template(reads.list, frame),
        each: name,
        most,
        size: partSize(node, events),
        reads: keepsOf(itemOf(name)),
      }),
      Assign: { [variable]: wrap("$states.result") },
      ...output(frame),
      Next: states.count,
    },
    [states.count]: {
      Type: "Choice",
      Choices: [{ Condition: wrap(`$${variable}.count = 0`), Next: states.none }],
      Default: states.parts,
    },
    [states.none]: { Type: "Pass", ...leave(exit, bind(frame, name, { kind: "list", items: [] })) },
    [states.parts]: {
      Type: "Map",
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        ReaderConfig: { InputType: "JSON" },
        Arguments: { Bucket: wrap(`$${variable}.bucket`), Key: wrap(`$${variable}.key`) },
      },
      ItemSelector: part.input,
      MaxConcurrency: Math.ceil(concurrency / inPart),
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        ...part.machine,
      },
      Retry: [RETRY_READ],
      Catch: [
        {
          ErrorEquals: ["States.ALL"],
          Assign: { [variable]: wrap("$states.errorOutput") },
          ...output(frame),
          Next: states.failed,
        },
      ],
      ...(gathers
        ? { Assign: { [variable]: wrap("$states.result") }, ...output(frame), Next: states.joined }
        : done),
    },
    ...(gathers && {
      [states.joined]: {
        ...ask<JoinParts>({
          kind: "join parts",
          each: name,
          parts: wrap(`$${variable}`),
          ...(tolerance !== undefined && { tolerance }),
        }),
        ...done,
      },
    }),
    [states.failed]: { ...ask<FailList>({ kind: "fail list", ...failureIn(`$${variable}`) }), End: true },
  };
}

/** The input and the states of a part's child execution. */
function compilePart(node: EachNode, position: Position, isRead: boolean): { input: any; machine: Machine } {
  const { name, segment, blocks, concurrency = AT_ONCE.inAll, tolerance } = node;
  const { frame, compile } = position;
  const states = namesOf(name);
  const within = expressionsIn(blocks.body);
  const limited = isRead ? partsOfValue(blocks.body) : new Set<string>();
  const outer: Frame = {
    ...frame,
    path: frame.path === undefined ? undefined : "$states.input.path",
    limited: new Set(),
  };
  const inner = iterationFrame(name, outer, limited);
  const result: Expression = isRead ? blocks.body.value : { kind: "absent" };
  const body =
    tolerance === undefined
      ? compile(blocks.body, inner, ending(result))!
      : tolerantItem(name, compile(blocks.body, inner, ending(itemOutcome(result)))!);
  const size: Expression = code("$count($states.input.part.items)");
  const limit = limited.size > 0 ? resultLimit(name, size, blocks.body.value, outer) : undefined;
  const ask = asking({ ...position, frame: outer }, claimPath(segment, outer));
  const failed = `${variableName(name)}_failure`;
  const gathers = isRead || tolerance !== undefined;
  const items: States = {
    [states.items]: {
      Type: "Map",
      Items: wrap("$states.input.part.items"),
      ItemSelector: itemSelector(name, segment, within, outer, {
        limit,
        index: "($states.input.part.first + $states.context.Map.Item.Index)",
        outer: "$states.input.outer",
      }),
      MaxConcurrency: Math.min(concurrency, AT_ONCE.inPart),
      ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...body },
      Catch: [
        {
          ErrorEquals: ["States.ALL"],
          Assign: { [failed]: wrap("$states.errorOutput") },
          Output: HANDED_ON,
          Next: states.partFailed,
        },
      ],
      ...(gathers
        ? {
            Assign: { [`${variableName(name)}_results`]: wrap("$states.result") },
            Output: HANDED_ON,
            Next: states.kept,
          }
        : { Output: {}, End: true as const }),
    },
    ...(gathers && {
      [states.kept]: {
        ...ask<KeepPart>({
          kind: "keep part",
          results: wrap(`$${variableName(name)}_results`),
          tolerant: tolerance !== undefined,
        }),
        Output: wrap("$states.result"),
        End: true,
      },
    }),
    [states.partFailed]: { ...ask<FailPart>({ kind: "fail part", ...failureIn(`$${failed}`) }), End: true },
  };
  const text = JSON.stringify(items);
  const variables = variablesRead(text, frame);
  const selected = {
    run: wrap("$states.context.Execution.Input.run"),
    ...(text.includes("$states.context.Execution.Input.event") && {
      event: wrap("$states.context.Execution.Input.event"),
    }),
    part: wrap("$states.context.Map.Item.Value"),
    ...(frame.path !== undefined && { path: wrap(frame.path) }),
    ...(readsOuterItems(within, frame) && { outer: wrap("$states.input") }),
    ...(variables.length > 0 && {
      variables: Object.fromEntries(variables.map((variable) => [variable, wrap(`$${variable}`)])),
    }),
  };
  if (variables.length === 0) return { input: selected, machine: { StartAt: states.items, States: items } };
  const known: States = {
    [states.part]: {
      Type: "Pass",
      Assign: Object.fromEntries(
        variables.map((variable) => [variable, wrap(`$states.input.variables.${variable}`)]),
      ),
      Output: HANDED_ON,
      Next: states.items,
    },
  };
  return { input: selected, machine: { StartAt: states.part, States: { ...known, ...items } } };
}

/** The variables of the parent that a part's states read: a child execution does not see them. */
function variablesRead(text: string, { values, path }: Frame): string[] {
  const named = (source: string) => source.match(/\$[A-Za-z_]\w*/g) ?? [];
  const known = new Set(named(JSON.stringify([...values.values()]) + (path ?? "")));
  return [...new Set(named(text))]
    .filter((variable) => variable !== "$states" && known.has(variable))
    .map((variable) => variable.slice(1))
    .sort();
}

/** The states that iterate the parts and their items. */
export function openPartsOf({ name }: EachNode): Pick<OpenItems, "state" | "parts"> {
  const { items, parts, count } = namesOf(name);
  return { state: items, parts: { state: parts, size: PART_ITEMS, unlessEmpty: count } };
}

function namesOf(name: string) {
  const of = (suffix: string) => shortened(`${name} ${suffix}`);
  return {
    count: of("count"),
    none: of("none"),
    parts: of("parts"),
    joined: of("joined"),
    failed: of("failed"),
    part: of("part"),
    items: of("items"),
    kept: of("kept"),
    partFailed: of("part failed"),
  };
}

/** A task that requests something for the list from the queue of waits. */
function asking({ bindings, deadline }: Position, path: string) {
  return <Message extends { kind: string }>(
    message: Omit<Parameters<typeof sendAndWait<Message>>[1], "path" | "entered" | "attempt">,
  ) => ({
    ...sendAndWait<Message>(bindings.waitQueueUrl, { ...message, path, ...ENTRY } as never),
    TimeoutSeconds: deadline,
    Retry: [RETRY_SEND],
  });
}

function failureIn(variable: string) {
  return { error: wrap(`${variable}.Error`), cause: wrap(`${variable}.Cause`) };
}

function output(frame: Frame) {
  const expression = handOn(frame);
  return expression === undefined ? {} : { Output: template(expression, frame) };
}
