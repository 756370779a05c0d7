import { test } from "vitest";
import { sets } from "../../bench/agents/sets.ts";
import { agents } from "../../examples/agents/agents.ts";
import { agentsApp } from "../../examples/agents/app.ts";
import { consultAgent, handleTask } from "../../examples/agents/conduct.ts";
import { noteOutcome } from "../../examples/agents/reactions.ts";
import { handlingCost } from "../../lib/cost/handling-cost.ts";
import { insideEvents } from "../../lib/cost/inside-events.ts";
import { runCost } from "../../lib/cost/run-cost.ts";
import { sum, times } from "../../lib/cost/units.ts";
import { sharedAssembly } from "../assemblies.ts";
import { count, oneEvent } from "./count.ts";
import { expectCounted, SMALL } from "./expect.ts";

const reactions = [...agents.map(({ reaction }) => reaction), noteOutcome];
const inside = insideEvents([handleTask, consultAgent], reactions);

test("a ticket: four agents are asked at the same time, and one of them asks another", async () => {
  const directory = sharedAssembly("agents", (outdir) => agentsApp({ outdir }));
  const { task } = sets.find(({ name }) => name.includes("icket"))!.heldOut[0]!;
  const counted = await count(directory, "Agents", oneEvent("task.submitted", task));

  // Agents answer within seconds.
  const given = { ...SMALL, payloadBytes: 700, resultBytes: 500, answersKept: false, waitsLong: false };
  const way = (taken: string, turns: number) =>
    runCost(
      consultAgent,
      { ...given, rounds: { turn: turns }, ways: { "match weigh-move.way": taken }, items: { questions: 1 } },
      "typical",
      { inside, beginning: "called" },
    ).units;
  const answers = way("is finish", 1);
  // It asks at the first of its two turns, and is done at the second.
  const asksFirst = times(sum([way("is ask", 2), way("is finish", 2)]), 1 / 2);
  const conducted = runCost(
    handleTask,
    {
      ...given,
      rounds: { round: 1 },
      items: { consultations: 4 },
      ways: { 'when round.state.verdict.next is "person"': "otherwise" },
    },
    "typical",
    { inside },
  ).units;
  const turn = handlingCost(agents[0]!.reaction, given, "typical", inside).units;
  const noted = handlingCost(noteOutcome, given, "typical", inside).units;
  // What happens at once shares messages and batches; values of any size are offloaded, which is not computed.
  expectCounted(sum([conducted, times(answers, 4), asksFirst, times(turn, 6), noted]), counted, {
    sqsRequests: 0.35,
    sqsFairRequests: 0.1,
    lambdaRequests: 0.15,
    functionLogBytes: 0.2,
    dynamodbWriteUnits: 0.1,
    dynamodbReadUnits: 0.1,
    s3Writes: 0.9,
    s3Reads: 1,
  });
}, 240_000);
