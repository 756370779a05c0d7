import { leave } from "../../exit.ts";
import { bind, type Frame } from "../../frame.ts";
import type { Block, ChoiceNode } from "../../graph.ts";
import { condition } from "../../jsonata.ts";
import { shortened } from "../../names.ts";
import type { Position } from "../../position.ts";
import type { Choice, States, Transition } from "../../states.ts";
import type { NodeKind } from "../kind.ts";
import { standIn } from "../stand-in.ts";
import { OTHERWISE, THEN } from "./branches.ts";

export const choiceKind: NodeKind<ChoiceNode> = {
  describe: ({ name, text }) => (text.startsWith(name) ? text : `${name}: ${text}`),
  heading: (way) => (way === THEN ? undefined : way),
  draw: ({ method, text }) => ({ kind: method, label: text }),
  inPaths: "nothing",
  message: () => undefined,

  uses: () => ({}),
  leavesOpen: ({ name, reads, blocks }) => {
    const ways = Object.keys(reads);
    return [{ kind: "way", name, ways: OTHERWISE in blocks ? [...ways, OTHERWISE] : ways }];
  },
  needs: () => ({}),
  mayBeLeft: () => false,
  isLongRunning: false,

  // Entered, exited; and for an empty branch at the end of its scope, a state that ends it.
  events: ({ blocks }, within) => 2 + Math.max(2, ...Object.values(blocks).map(within)),

  origins: ({ blocks }, path) => Object.values(blocks).map(({ value }) => [value, path]),

  compile({ name, reads, blocks }, position) {
    const ways = Object.entries(reads).map(([way, holds]) => {
      const { next, states, transition } = enter(blocks[way]!, name, shortened(`${name}, ${way}`), position);
      return { states, rule: { Condition: condition(holds, position.frame), ...transition, Next: next } };
    });
    const { [OTHERWISE]: block } = blocks;
    const otherwise = block && enter(block, name, shortened(`${name}, ${OTHERWISE}`), position);
    const choice: Choice = {
      Type: "Choice",
      Choices: ways.map(({ rule }) => rule),
      ...(otherwise && { Default: otherwise.next, ...otherwise.transition }),
    };
    return Object.assign({ [name]: choice }, ...ways.map(({ states }) => states), otherwise?.states);
  },
};

interface Way {
  readonly next: string;
  readonly states: States;
  /** What the Choice itself does on this branch. */
  readonly transition: Omit<Transition, "Next" | "End">;
}

/** The states of one branch, whose block's value is then the result of the whole. */
function enter(block: Block, name: string, passing: string, position: Position): Way {
  const { frame, exit } = position;
  // A Choice only continues and passes its input; it cannot end a scope.
  if (!block.order && exit.next !== undefined) {
    const merged: Frame = bind(frame, name, block.value);
    const { Next: next, ...transition } = leave({ ...exit, output: undefined }, merged);
    return { next: next!, states: {}, transition };
  }
  const { StartAt: next, States: states } = standIn(block, name, passing, position);
  return { next, states, transition: {} };
}
