import { MACHINE_ERROR } from "../../errors.ts";
import { leave } from "../../exit.ts";
import { type Expression, say } from "../../expression.ts";
import { bind, type Frame } from "../../frame.ts";
import type { RepeatNode } from "../../graph.ts";
import { passedOn, turnPath } from "../../iteration.ts";
import { condition, template, wrap } from "../../jsonata.ts";
import { loopVariable } from "../../names.ts";
import type { NodeKind } from "../kind.ts";

export const repeatKind: NodeKind<RepeatNode> = {
  describe: ({ name, reads, most, otherwise }) =>
    `${name}: repeat until ${say(reads.until)}, at most ${most} rounds${otherwise === "fail" ? "" : `, otherwise ${otherwise}`}`,
  heading: () => undefined,
  draw: ({ name }) => ({ kind: "repeat", label: name }),
  inPaths: "its name",
  message: () => undefined,

  uses: () => ({ initial: "passed on" }),
  origins: ({ reads, blocks }, [part, ...path]) =>
    part === undefined || part === "state"
      ? [reads.initial, blocks.body.value].map((value) => [value, path])
      : [],

  leavesOpen: ({ name, most }) => [{ kind: "rounds", name, most, state: untilName(name) }],
  needs: () => ({}),
  mayBeLeft: () => false,
  isLongRunning: false,

  // A Pass before and one after; in each round a Choice: each entered and exited.
  events: ({ blocks, most }, within) => 4 + most * (2 + within(blocks.body)),

  /**
   *     think ──▶ (body) ──▶ think until ──▶ think done
   *                 ▲             │ ╲
   *                 └─────────────┘  ▶ think exhausted
   */
  compile({ name, segment, reads, blocks, most, otherwise }, { frame, exit, compile }) {
    const [until, done, exhausted] = [untilName(name), `${name} done`, `${name} exhausted`];
    const [stateVariable, roundVariable] = [loopVariable(name, "state"), loopVariable(name, "round")];
    const [state, round] = (["state", "round"] as const).map((kind): Expression => ({ kind, repeat: name }));
    const output = passedOn(frame);
    const inner: Frame = { ...frame, path: turnPath(segment, `$${roundVariable}`, frame) };
    const body = compile(blocks.body, inner, {
      next: until,
      assign: { [stateVariable]: blocks.body.value },
      output,
    })!;
    const repeated: Expression = {
      kind: "record",
      fields: { state: state!, rounds: round!, reached: reads.until },
    };
    return {
      [name]: {
        Type: "Pass",
        Assign: { [stateVariable]: template(reads.initial, frame), [roundVariable]: 1 },
        Next: body.StartAt,
      },
      ...body.States,
      [until]: {
        Type: "Choice",
        Choices: [
          { Condition: condition(reads.until, frame), Next: done },
          {
            Condition: wrap(`$${roundVariable} < ${most}`),
            Assign: { [roundVariable]: wrap(`$${roundVariable} + 1`) },
            Next: body.StartAt,
          },
        ],
        Default: otherwise === "fail" ? exhausted : done,
      },
      ...(otherwise === "fail" && {
        [exhausted]: {
          Type: "Fail",
          Error: MACHINE_ERROR.roundsExhausted,
          Cause: `"${name}" went through all of its ${most} rounds, and its condition does not hold yet. Raise "most", or continue without it by { otherwise: "continue" }.`,
        },
      }),
      [done]: { Type: "Pass", ...leave(exit, bind(frame, name, repeated)) },
    };
  },
};

/** The state that decides about another round. */
function untilName(name: string): string {
  return `${name} until`;
}
