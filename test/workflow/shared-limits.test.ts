import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  defineEvent,
  defineSharedLimit,
  defineStep,
  defineWorkflow,
  describePlan,
  plan,
  type SharedLimitOptions,
  settingsCatalogue,
  type WorkflowBuilder,
} from "../../lib/index.ts";
import { drawGraph } from "../../lib/workflow/draw-graph.ts";
import { sharedLimitsOf } from "../../lib/workflow/shared-limits.ts";

const Asked = defineEvent("question.asked", {
  version: 1,
  schema: z.object({ id: z.string(), tenant: z.string() }),
  key: ({ id }) => id,
});
const answer = defineStep("answer", {
  input: z.object({ id: z.string() }),
  output: z.object({}),
  timeout: "1 minute",
});
const calls = defineSharedLimit("calls", { atOnce: 10, starts: 5, per: "1 second", perKey: { atOnce: 2 } });
const byTenant = { limit: calls, by: ({ tenant }: { tenant: string }) => tenant };
const run = (w: WorkflowBuilder, { id }: any) => w.step(answer, { id });

test("the plan and the graph say what is shared", () => {
  const planned = plan(
    defineWorkflow("answering", { on: Asked, sharedLimit: { ...byTenant, priority: () => 1 }, run }),
  );
  const sentence =
    "shared limit calls: at most 10 at a time; at most 5 start in 1 second; of each key, at most 2 at a time; others wait, keys in turn, by priority";
  expect(describePlan(planned)).toContain(`\n  (${sentence})\n`);
  expect(drawGraph(planned).startRules).toEqual([sentence]);
});

test("its values are settings", () => {
  const workflow = defineWorkflow("answering", { on: Asked, sharedLimit: byTenant, run });
  const { limit } = settingsCatalogue([workflow], []);
  expect(limit.calls!.map(({ name, default: own }) => [name, own])).toEqual([
    ["atOnce", 10],
    ["starts", 5],
    ["per", "1 second"],
    ["perKey.atOnce", 2],
  ]);
});

test.each<[SharedLimitOptions, string]>([
  [{}, "it limits nothing"],
  [{ atOnce: 0 }, '"atOnce" is 0. It must be a whole number from 1 to 100.'],
  [{ perKey: { starts: 101, per: "1 minute" } }, '"perKey.starts" is 101.'],
  [{ starts: 5 }, '"starts" and "per" belong together'],
  [{ starts: 5, per: "2 days" }, '"per" is 2 days. It must be between 1 second and 1 day.'],
  [{ atOnce: 5, perKey: { starts: 1, per: "1 second" } }, 'it has "perKey.starts" and a limit for all keys'],
])("refused where it is defined: %o", (options, message) => {
  expect(() => defineSharedLimit("calls", options)).toThrow(`Shared limit "calls": `);
  expect(() => defineSharedLimit("calls", options)).toThrow(message);
});

test("a name that cannot be part of a key is refused", () => {
  expect(() => defineSharedLimit("Calls#1", { atOnce: 1 })).toThrow("the name must have up to 48");
});

test("a key or a priority of one event is refused for a batch, and a second priority", () => {
  const batch = { size: 2, within: "1 minute" } as const;
  const use = (options: object) => () => defineWorkflow("answering", { on: Asked, run, ...options } as never);
  expect(use({ batch, sharedLimit: byTenant })).toThrow('a key in "sharedLimit"');
  expect(use({ batch, sharedLimit: { limit: calls, priority: () => 1 } })).toThrow(
    '"priority" in "sharedLimit"',
  );
  const perKey = { atOnce: 1, priority: () => 1 };
  expect(use({ perKey, sharedLimit: { limit: calls, priority: () => 1 } })).toThrow("A run has one");
});

test("several limits, and limits that skip, are refused with what to do instead", () => {
  const use = (sharedLimit: object) => () =>
    defineWorkflow("answering", { on: Asked, run, sharedLimit } as never);
  expect(use([byTenant, byTenant])).toThrow(
    'Workflow "answering" has several shared limits. A run would keep its place in one while it waits for the other. Name one limit',
  );
  expect(use({ ...byTenant, busy: "skip" })).toThrow('set "busy" in "perKey"');
});

describe("in an app", () => {
  const using = (name: string, limit = calls) =>
    defineWorkflow(name, { on: Asked, sharedLimit: { ...byTenant, limit }, run });

  test("workflows that name one limit share it", () => {
    expect(sharedLimitsOf([using("one"), using("two")]).get("calls")!.workflows).toEqual(["one", "two"]);
  });

  test("two limits with one name are refused", () => {
    const other = defineSharedLimit("calls", { atOnce: 3 });
    expect(() => sharedLimitsOf([using("one"), using("two", other)])).toThrow(
      'Workflows "one" and "two" have different shared limits with the name "calls".',
    );
  });

  test("a run that waits for another one of the same limit is refused, also by a third workflow", () => {
    const inner = using("inner");
    const between = defineWorkflow("between", {
      on: Asked,
      run: (w, { id, tenant }) => w.child(inner, { id, tenant }),
    });
    const outer = (awaited: boolean) =>
      defineWorkflow("outer", {
        on: Asked,
        sharedLimit: byTenant,
        run: (w, { id, tenant }) => w.child(between, { id, tenant }, { awaited }),
      });
    expect(() => sharedLimitsOf([inner, between, outer(true)])).toThrow(
      'Workflow "outer" has a place in the shared limit "calls" while it waits for a run of "inner"',
    );
    expect(sharedLimitsOf([inner, between, outer(false)]).size).toBe(1);
  });

  test("runs that could wait for each other's places in two limits are refused", () => {
    const mails = (more: SharedLimitOptions = { atOnce: 2 }) => defineSharedLimit("mails", more);
    const calling = (name: string, limit: typeof calls, called: ReturnType<typeof using>) =>
      defineWorkflow(name, {
        on: Asked,
        sharedLimit: { ...byTenant, limit },
        run: (w, { id, tenant }) => w.child(called, { id, tenant }),
      });
    const app = (limit: typeof calls) => {
      const [caller, mailer] = [using("caller"), using("mailer", limit)];
      return [caller, mailer, calling("outer", calls, mailer), calling("sender", limit, caller)];
    };
    expect(() => sharedLimitsOf(app(mails()))).toThrow(
      'Runs could wait for each other\'s places in shared limits for ever: "outer" has a place in "calls" while it waits for a run of "mailer", which needs one in "mails"; "sender" has a place in "mails" while it waits for a run of "caller", which needs one in "calls". Remove the limit from one of these workflows.',
    );
    expect(sharedLimitsOf(app(mails()).slice(0, 3)).size).toBe(2);
    // A limit for starts alone is not held by a run that waits.
    expect(sharedLimitsOf(app(mails({ starts: 2, per: "1 minute" }))).size).toBe(2);
  });
});
