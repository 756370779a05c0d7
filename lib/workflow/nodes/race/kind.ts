import type { DecideRace, Signal } from "../../../contract/messages/wait-message.ts";
import { waySegment } from "../../../contract/race.ts";
import { SIGNAL_EVENTS, WAIT_EVENTS } from "../../crossing.ts";
import { MACHINE_ERROR } from "../../errors.ts";
import { ending, leave, readAt } from "../../exit.ts";
import type { Expression } from "../../expression.ts";
import { bind, code, type Frame } from "../../frame.ts";
import type { Block, RaceNode } from "../../graph.ts";
import { claimPath, passedOn } from "../../iteration.ts";
import { quote, wrap } from "../../jsonata.ts";
import { shortened, variableName } from "../../names.ts";
import type { Position } from "../../position.ts";
import { ENTRY, RETRY_SEND, send, sendAndWait } from "../../send.ts";
import type { Machine, States } from "../../states.ts";
import { catcher } from "../catch.ts";
import type { NodeKind } from "../kind.ts";

/** Maximum length of the failure of one way in the cause of a race in which all have failed. */
const LONGEST_CAUSE = 1_000;

export const raceKind: NodeKind<RaceNode> = {
  describe: ({ name, blocks }) => `${name}: race, the first of ${Object.keys(blocks).join(", ")}`,
  heading: (way) => `way ${way}`,
  draw: ({ name }) => ({ kind: "race", label: name }),
  inPaths: "its name and the block's",
  message: () => undefined,

  uses: () => ({}),

  origins: ({ blocks }, [part, ...path]) =>
    part === undefined || part === "result" ? Object.values(blocks).map(({ value }) => [value, path]) : [],

  leavesOpen: () => [],
  needs: () => ({}),
  // The ways that lose are left.
  mayBeLeft: () => true,
  isLongRunning: false,

  // The Parallel of all ways: entered, started, left. Each way: a Parallel of its own, its signal, and the
  // state that ends the race or the way. Then the decision.
  events: ({ blocks }, within) =>
    4 +
    WAIT_EVENTS +
    Object.values(blocks).reduce((sum, block) => sum + 4 + SIGNAL_EVENTS + 2 + within(block), 0),

  /**
   * A way that finishes signals its value and ends the Parallel of all ways by an error, which stops the
   * others: Step Functions catches exactly one. The decision is recorded before the run continues.
   *
   *     first ──Millrace.RaceWon──▶ first decided
   *        ╲
   *         ▶ first failed
   *
   *     of each way:  first paid ──▶ first paid finished ──▶ first paid won
   *                        ╲
   *                         ▶ first paid failed
   */
  compile(node, position) {
    const { name, segment, blocks } = node;
    const { frame, exit, bindings, deadline } = position;
    const isRead = readAt(exit, frame).has(name);
    const winner = `${variableName(name)}_winner`;
    const [decided, failed] = [shortened(`${name} decided`), shortened(`${name} failed`)];
    return {
      [name]: {
        Type: "Parallel",
        Branches: Object.entries(blocks).map(([way, block]) =>
          compileWay(node, way, block, isRead, position),
        ),
        Catch: [
          catcher([MACHINE_ERROR.raceWon], decided, frame, { [winner]: code("$states.errorOutput.Cause") }),
        ],
        Output: wrap("$states.result"),
        Next: failed,
      },
      [decided]: {
        ...sendAndWait<DecideRace>(bindings.waitQueueUrl, {
          kind: "race",
          path: claimPath(segment, frame),
          winner: wrap(`$${winner}`),
          ...ENTRY,
        }),
        TimeoutSeconds: deadline,
        Retry: [RETRY_SEND],
        ...leave(exit, bind(frame, name, code("$states.result"))),
      },
      [failed]: {
        Type: "Fail",
        Error: MACHINE_ERROR.raceFailed,
        Cause: wrap(
          `${quote(`All ways of the race "${name}" have failed: `)} & $join($states.input.(way & ': ' & error & ' ' & cause), '; ')`,
        ),
      },
    };
  },
};

/** One way. Its failure ends only this way: a Parallel catches every failure inside it. */
function compileWay(
  { name, segment }: RaceNode,
  way: string,
  block: Block,
  isRead: boolean,
  { frame, bindings, compile }: Position,
): Machine {
  const of = (suffix: string) => shortened(`${name} ${way} ${suffix}`);
  const [body, finished, won, failed] = [
    shortened(`${name} ${way}`),
    of("finished"),
    of("won"),
    of("failed"),
  ];
  const value = `${variableName(name)}_way`;
  const inner: Frame = { ...frame, path: wayPath(segment, way, frame) };
  const outcome: Expression = {
    kind: "record",
    fields: { winner: { kind: "literal", value: way }, ...(isRead && { result: block.value }) },
  };
  const onward = { assign: { [value]: code("$states.result[0]") }, output: passedOn(frame) };
  const states: States = {
    [body]: {
      Type: "Parallel",
      Branches: [compile(block, inner, ending(outcome))!],
      Catch: [
        {
          ErrorEquals: ["States.ALL"],
          Output: {
            way,
            error: wrap("$states.errorOutput.Error"),
            cause: wrap(`$substring($states.errorOutput.Cause, 0, ${LONGEST_CAUSE})`),
          },
          Next: failed,
        },
      ],
      ...leave({ ...onward, next: finished }, frame),
    },
    [finished]: {
      ...send<Signal>(bindings.waitQueueUrl, {
        kind: "signal",
        path: claimPath(waySegment(segment, way), frame),
        value: wrap(`$${value}`),
      }),
      ...leave({ next: won, assign: {}, output: passedOn(frame) }, frame),
    },
    [won]: { Type: "Fail", Error: MACHINE_ERROR.raceWon, Cause: way },
    [failed]: { Type: "Pass", End: true },
  };
  return { StartAt: body, States: states };
}

/** JSONata for the path of everything in a way. */
function wayPath(segment: string, way: string, { path }: Frame): string {
  const own = waySegment(segment, way);
  return path === undefined ? quote(own) : `${path} & ${quote(`/${own}`)}`;
}
