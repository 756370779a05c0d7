import { expect, test } from "vitest";
import * as z from "zod";
import { appDefinitions } from "../../lib/constructs/app-definitions.ts";
import { defineEvent, defineReaction, defineStep, defineWorkflow } from "../../lib/index.ts";

const Placed = defineEvent("order.placed", { version: 1, schema: z.object({ id: z.string() }) });
const pack = defineStep("pack", { input: Placed.schema, output: z.null(), timeout: "1 minute" });
const ship = () => defineWorkflow("ship", { on: Placed, run: (w, order) => void w.step(pack, order) });
const inform = defineReaction("inform", { on: Placed, timeout: "1 minute" });

test("workflows and reactions that are what their functions return are accepted", () => {
  expect(appDefinitions({ workflows: [ship(), caller], reactions: [inform] })).toMatchObject({
    workflowNames: ["ship", "order-all"],
    reactionNames: ["inform"],
  });
});

const caller = defineWorkflow("order-all", { on: Placed, run: (w, order) => void w.child(ship(), order) });

test.each([
  [
    { workflows: [caller] },
    'Workflow "order-all" calls "ship" by w.child, which is not in the "workflows" of the app. Add it, or',
  ],
  [
    { workflows: [undefined] },
    'The "workflows" of the app contain undefined (do two files import each other?), which is not a workflow. List what defineWorkflow returns.',
  ],
  [{ workflows: [inform] }, 'The "workflows" of the app contain an object, which is not a workflow.'],
  [{ reactions: ["inform"] }, 'The "reactions" of the app contain "inform", which is not a reaction.'],
  [
    { workflows: [ship(), ship()] },
    'Two workflows of the app have the name "ship". Rename one, or list it once.',
  ],
  [
    { reactions: [inform, inform] },
    'The reaction "inform" has the same name as a workflow, a step or another',
  ],
])("what else is listed is refused: %o", (definitions, says) => {
  expect(() => appDefinitions(definitions as never)).toThrow(says);
});

test("what a reaction handles is an event", () => {
  const define = (on: unknown) => defineReaction("note", { on: on as typeof Placed, timeout: "10 seconds" });
  expect(() => define(undefined)).toThrow(
    'Reaction "note" handles undefined (do two files import each other?), which is not an event. Give "on" what defineEvent returns.',
  );
});

test("what a workflow starts on is an event", () => {
  const define = (on: unknown) => defineWorkflow("ship", { on: on as typeof Placed, run: () => undefined });
  expect(() => define("order.placed")).toThrow(
    'Workflow "ship" starts on "order.placed", which is not an event. Give "on" what defineEvent returns.',
  );
  expect(() => define([Placed, undefined])).toThrow('Workflow "ship" starts on undefined (do two files');
});
