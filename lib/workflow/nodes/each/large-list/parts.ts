import { DefinitionError } from "../../../../contract/definition-error.ts";
import type { FailList, JoinParts, SplitList } from "../../../../contract/messages/list-message.ts";
import { leave, readAt } from "../../../exit.ts";
import { bind, code, type Frame } from "../../../frame.ts";
import type { EachNode } from "../../../graph.ts";
import { claimPath, passedOn } from "../../../iteration.ts";
import { template, wrap } from "../../../jsonata.ts";
import { itemOf, variableName } from "../../../names.ts";
import type { OpenItems } from "../../../open-point.ts";
import type { Position } from "../../../position.ts";
import type { Retrier, States } from "../../../states.ts";
import { concurrencyOf } from "./concurrency.ts";
import { compilePart } from "./part.ts";
import { failureIn, requestsFor } from "./requests.ts";
import { PART_ITEMS, partSize } from "./size.ts";
import { stateNames } from "./state-names.ts";

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
  const { name, segment, reads, most, tolerance } = node;
  const { frame, exit, keepsOf, events } = position;
  refuseLooks(node, position);
  const states = stateNames(name);
  const variable = `${variableName(name)}_list`;
  const isRead = readAt(exit, frame).has(name);
  const gathers = isRead || tolerance !== undefined;
  const part = compilePart(node, position, { isRead, gathers });
  const request = requestsFor(position, claimPath(segment, frame));
  const onward = output(frame);
  const done = leave(exit, bind(frame, name, code("$states.result")));
  return {
    [name]: {
      ...request<SplitList>({
        kind: "split list",
        list: template(reads.list, frame),
        each: name,
        most,
        size: partSize(node, events),
        reads: keepsOf(itemOf(name)),
      }),
      Assign: { [variable]: wrap("$states.result") },
      ...onward,
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
      MaxConcurrency: concurrencyOf(node).parts,
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        ...part.machine,
      },
      Retry: [RETRY_READ],
      Catch: [
        {
          ErrorEquals: ["States.ALL"],
          Assign: { [variable]: wrap("$states.errorOutput") },
          ...onward,
          Next: states.failed,
        },
      ],
      ...(gathers
        ? { Assign: { [variable]: wrap("$states.result") }, ...onward, Next: states.joined }
        : done),
    },
    ...(gathers && {
      [states.joined]: {
        ...request<JoinParts>({
          kind: "join parts",
          each: name,
          parts: wrap(`$${variable}`),
          ...(tolerance !== undefined && { tolerance }),
        }),
        ...done,
      },
    }),
    [states.failed]: { ...request<FailList>({ kind: "fail list", ...failureIn(`$${variable}`) }), End: true },
  };
}

/** The states that iterate the parts of a list, and the items of each. */
export function openPartsOf({ name }: EachNode): Pick<OpenItems, "state" | "parts"> {
  const { items, parts, count } = stateNames(name);
  return { state: items, parts: { state: parts, size: PART_ITEMS, unlessEmpty: count } };
}

/** Throws if the state machine itself would read the results of the list. */
function refuseLooks({ name, most }: EachNode, { keepsOf }: Position): void {
  if (keepsOf(name).length === 0) return;
  throw new DefinitionError(
    `The results of "${name}" are those of up to ${most} items, and the workflow looks into them. Pass the whole list to a step, and look into it there: a state machine holds 256 KiB.`,
  );
}

function output(frame: Frame) {
  const expression = passedOn(frame);
  return expression === undefined ? {} : { Output: template(expression, frame) };
}
