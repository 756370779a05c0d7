import { type Expression, say } from "../expression.ts";
import { bind, type Frame } from "../frame.ts";
import { express } from "../given.ts";
import type { Block, NodeBase } from "../graph.ts";
import { condition } from "../jsonata.ts";
import { type Exit, leave } from "../leave.ts";
import type { Ref, Reference, ValueOf } from "../ref.ts";
import { eitherOf } from "../shape.ts";
import type { Site, Use } from "../site.ts";
import type { Choice, States } from "../states.ts";
import type { NodeKind, Position } from "./kind.ts";

/** One way or another. */
export interface WhenNode extends NodeBase {
  readonly kind: "when";
  readonly reads: { readonly condition: Expression };
  readonly blocks: { readonly taken: Block; readonly otherwise: Block };
}

/** Takes one branch where the condition is true, the other where it is not. Answers what the branch returned. */
export type WhenMethod = <A, B = undefined>(
  condition: Reference<boolean>,
  then: () => A,
  otherwise?: () => B,
  options?: Use,
) => Ref<ValueOf<A> | ValueOf<B>>;

/** Step Functions' limit for the name of a state, less what is put behind it. */
const LONGEST_NAME = 80 - ", otherwise".length;

export function whenMethod(site: Site): WhenMethod {
  return function when<A, B = undefined>(
    condition: Reference<boolean>,
    then: () => A,
    otherwise: () => B | undefined = () => undefined,
    options: Use = {},
  ) {
    const { expression } = express(condition, "The condition of w.when", when);
    const name = options.as ?? `when ${say(expression)}`.slice(0, LONGEST_NAME);
    const taken = site.block(`the branch of "${name}"`, then, when);
    const other = site.block(`the other branch of "${name}"`, otherwise, when);
    return site.add<ValueOf<A> | ValueOf<B>, WhenNode>(
      {
        kind: "when",
        name,
        segment: undefined,
        reads: { condition: expression },
        blocks: { taken: taken.block, otherwise: other.block },
      },
      eitherOf([taken.shape, other.shape]),
      options,
      when,
    );
  };
}

export const whenKind: NodeKind<WhenNode> = {
  describe: ({ name, reads }) => {
    const text = `when ${say(reads.condition)}`;
    return text.startsWith(name) ? text : `${name}: ${text}`;
  },
  headings: { otherwise: "otherwise" },

  // Entered, exited; and where a branch is empty at the end of its scope, a state that ends it.
  events: ({ blocks }, within) => 2 + Math.max(2, within(blocks.taken), within(blocks.otherwise)),

  compile({ name, reads, blocks }, position) {
    const taken = branch(blocks.taken, name, `${name}, then`, position);
    const otherwise = branch(blocks.otherwise, name, `${name}, otherwise`, position);
    const choice: Choice = {
      Type: "Choice",
      Choices: [
        { Condition: condition(reads.condition, position.frame), ...taken.transition, Next: taken.next },
      ],
      Default: otherwise.next,
      ...otherwise.transition,
    };
    return { [name]: choice, ...taken.states, ...otherwise.states };
  },
};

interface Branch {
  readonly next: string;
  readonly states: States;
  /** What the Choice does itself on the way into this branch. */
  readonly transition: Omit<ReturnType<typeof leave>, "Next" | "End">;
}

/** The states of one branch, after which the result of the whole is what this branch returns. */
function branch(block: Block, name: string, end: string, { frame, exit, compile }: Position): Branch {
  const merged: Frame = bind(frame, name, block.value);
  const machine = compile(block, merged, exit);
  if (machine) return { next: machine.StartAt, states: machine.States, transition: {} };
  // A Choice hands its input on by itself, and goes on; but it cannot end a scope.
  if (exit.next === undefined) {
    return { next: end, states: { [end]: { Type: "Pass", ...leave(exit, merged) } }, transition: {} };
  }
  const { Next: next, ...transition } = leave({ ...exit, output: undefined } satisfies Exit, merged);
  return { next: next!, states: {}, transition };
}
