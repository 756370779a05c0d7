import {
  type Fill,
  type Filled,
  type GroupedStep,
  type Positions,
  type StepGroup,
  stepsBefore,
} from "./group.ts";

/** A group as a state machine sends it: with a list, `steps` are those of one item. */
export interface SentGroup extends StepGroup {
  each?: EachItem | undefined;
}

/** What happens to each item of a list, in one message. */
interface EachItem {
  /** Path of the list's node: "scenes". */
  path: string;
  /** The values that each item has for the inputs of its steps, by name. */
  items: Record<string, unknown>[];
  /** The value of an item in the answer, and the list's name there; absent if nothing reads it. */
  answer?: (Filled & { field: string }) | undefined;
}

/** A message with all steps of its group. */
export function wholeMessage<Message extends { group?: SentGroup | undefined }>(message: Message): Message {
  return message.group ? { ...message, group: wholeGroup(message.group) } : message;
}

/**
 * The group with the steps of all items, as it is without a list: paths, positions and names of values are those of
 * the whole. The items are independent of each other.
 */
export function wholeGroup({ each, ...group }: SentGroup): StepGroup {
  if (!each) return group;
  const numbers = [...each.items.keys()];
  return {
    ...group,
    values: Object.assign(
      {},
      group.values,
      ...each.items.map((values, item) => renamed(values, (name) => nameIn(item, name))),
    ),
    steps: numbers.flatMap((item) => stepsOfItem(item, { ...group, each })),
    ...(each.answer && {
      list: {
        field: each.answer.field,
        items: numbers.map((item) => ({
          input: each.answer!.input,
          fills: fillsOfItem(each.answer!.fills, item, { ...group, each }),
        })),
      },
    }),
  };
}

/** The positions, in the whole group, of the steps that must be done before one of an item begins. */
export function stepsBeforeInList(group: Positions, at: number, item: number): number[] {
  return stepsBefore(group, at).map((before) => before + item * group.steps.length);
}

type Listed = SentGroup & { each: EachItem };

function stepsOfItem(item: number, group: Listed): GroupedStep[] {
  const { steps, each } = group;
  return steps.map((step, at) => ({
    ...step,
    path: `${each.path}[${item}]${step.path === "" ? "" : `/${step.path}`}`,
    fills: fillsOfItem(step.fills, item, group),
    after: stepsBeforeInList(group, at, item),
  }));
}

function fillsOfItem(fills: readonly Fill[], item: number, { steps, values }: Listed): Fill[] {
  return fills.map(({ from, ...fill }) => {
    if ("result" in from) return { ...fill, from: { result: from.result + item * steps.length } };
    return { ...fill, from: from.value in values ? from : { value: nameIn(item, from.value) } };
  });
}

const nameIn = (item: number, name: string) => `${item}.${name}`;

function renamed(values: Record<string, unknown>, rename: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]));
}
