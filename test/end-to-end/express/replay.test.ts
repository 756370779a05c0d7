import { expect, test } from "vitest";
import type { RecordedExecution } from "../../../lib/contract/recording/recording.ts";
import type { HandlerFactory } from "../../../local/simulate.ts";
import { replayOf } from "../../contract/recording/replayed.ts";
import { EXPRESS, type Parcels, parcelsOfApp, STANDARD } from "../parcels/open-parcels.ts";
import { expressDoing } from "../parcels/pool-doing.ts";
import { synthesizeParcels } from "./parcel/app.ts";

/** Recordings of runs that had no execution. */
const openApp = parcelsOfApp(synthesizeParcels);
let parcels: Parcels;

const POOL = "send-express: counter";

const INTAKE = new URL("./parcel/send-express.intake.lambda.ts", import.meta.url);
/** The pool's worker, which takes some seconds for each step. */
const slow = expressDoing(INTAKE, (_, sleep) => sleep(5_000));

async function open(handler?: HandlerFactory) {
  parcels = await openApp(handler && { handlers: { [POOL]: handler } });
}

const own = async (workflow?: string) => (await parcels.recording(workflow)).executions[0]!;

/** What happened, in order. */
const path = ({ places }: RecordedExecution) =>
  places.map(({ at, moments }) => [at, moments.map(({ what, state, type }) => [what, state, type])]);

/** The state machine with a change of its group's message. */
function changed({ definition }: RecordedExecution, change: (group: any) => void) {
  const machine = structuredClone(definition) as any;
  change(machine.States[machine.StartAt].Arguments.MessageBody.group);
  return machine;
}

test("a run takes the path of the same run with an execution, and the same path again", async () => {
  await open();
  await parcels.send();
  const [express, standard] = [await own(EXPRESS), await own(STANDARD)];
  expect(await parcels.executions()).toEqual([]);
  expect([express.status, path(express)]).toEqual([standard.status, path(standard)]);
  expect(express.places[0]!.moments.at(-1)!.value).toEqual(standard.places[0]!.moments.at(-1)!.value);
  expect(await parcels.recording()).toMatchObject({
    workflow: "send-express",
    run: parcels.runOf(EXPRESS),
    epoch: 1,
    version: (await parcels.item()).version,
  });
  expect(await replayOf(express)).toBe("the same path: 5 moments.");
});

test("an output that the state machine would not compute is a difference", async () => {
  await open();
  await parcels.send();
  const express = await own();
  (express.places[0]!.moments.at(-1)!.value as any).output.so = "other";
  expect(await replayOf(express)).toContain('output.so: recorded "other", now "p, pack, weigh, label"');
});

test("a changed definition is a difference, which names the step", async () => {
  await open();
  await parcels.send();
  const express = await own();
  const machine = changed(express, ({ steps }) => {
    steps[1].input = { by: "hand" };
  });
  const shown = await replayOf(express, machine, "calls");
  expect(shown).toContain("It asks for the group of pack, weigh, label with other data:");
  expect(shown).toContain('MessageBody.group.steps.weigh.input.by: recorded nothing, now "hand"');
});

test("of an open run, the path so far is recorded", async () => {
  await open(slow);
  await parcels.publish();
  await parcels.cloud.advance("7 seconds");
  const express = await own();
  expect([express.status, path(express)]).toEqual([
    "RUNNING",
    [
      [
        "",
        [
          ["entered", "pack to label", "Task"],
          ["called", "pack to label", undefined],
        ],
      ],
    ],
  ]);
  expect(await replayOf(express)).toBe("the same path: 2 moments.");
});

test("a run that is terminated is recorded with its compensation", async () => {
  await open(slow);
  await parcels.publish();
  await parcels.cloud.advance("12 seconds");
  await parcels.order("terminate");
  const { executions } = await parcels.recording();
  expect(executions.map(({ of, status }) => [of, status])).toEqual([
    ["run", "ABORTED"],
    ["compensation", "SUCCEEDED"],
  ]);
  for (const execution of executions) expect(await replayOf(execution)).toMatch(/^the same path/);
});

test("a run that was handed over is recorded from its execution", async () => {
  await open();
  await parcels.send("twice", "weigh");
  const express = await own();
  expect(express.arn).toBe((await parcels.item()).execution);
  expect(await replayOf(express)).toMatch(/^the same path/);
});
