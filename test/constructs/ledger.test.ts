import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { defineReaction } from "../../lib/contract/reaction.ts";
import { Millrace } from "../../lib/millrace.ts";
import { defineWorkflow } from "../../lib/workflow/define.ts";
import { subscriptionsOf } from "../../lib/workflow/subscriptions.ts";
import {
  archiveFilm,
  dubFilm,
  FilmRated,
  FilmReleased,
  praiseFilm,
  reactions,
  showFilm,
  workflows,
} from "../end-to-end/ledger/cinema/definitions.ts";

const handlers = "test/end-to-end/ledger/cinema";
const stackOf = (definitions: object) => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-ledger-")) });
  const stack = new Stack(app, "Cinema");
  return { stack, millrace: new Millrace(stack, "Millrace", { handlers, ...definitions }) };
};

let cinema: ReturnType<typeof stackOf>;
let template: Template;
beforeAll(() => {
  cinema = stackOf({ workflows, reactions });
  template = Template.fromStack(cinema.stack);
});

const rulesOf = (from: Template) => Object.values(from.findResources("AWS::Events::Rule")) as any[];
const ledgerRules = () =>
  rulesOf(Template.fromStack(cinema.millrace.node.findChild("ledger-rules") as Stack)).filter(
    ({ Properties }) => Properties.Description?.endsWith("→ ledger"),
  );

test("subscriptions and their deadlines follow from the definitions", () => {
  const of = ({ subscriber, event, within, ledger }: ReturnType<typeof subscriptionsOf>[number]) =>
    [subscriber, event, within, ledger] as const;
  expect(subscriptionsOf(workflows, reactions).map(of)).toEqual([
    ["show-film", "film.released", 300, "every delivery"],
    ["dub-film", "film.released", 300, "none"],
    // Its default is longer by one try.
    ["archive-film", "film.released", 390, "every delivery"],
    ["praise-film", "film.released", 120, "every delivery"],
    ["millrace.waits", "film.rated", 300, "every delivery"],
  ]);
});

test("an awaited event has the shortest deadline of its workflows", () => {
  const waiting = (name: string, delivery: object) =>
    defineWorkflow(name, {
      on: FilmReleased,
      delivery,
      run: (w, { film }) => w.waitFor(FilmRated, { key: film }),
    });
  const within = (...definitions: ReturnType<typeof waiting>[]) =>
    subscriptionsOf(definitions).find(({ kind }) => kind === "waits");
  const [short, long] = [waiting("short", { within: "2 minutes" }), waiting("long", { within: "1 hour" })];
  const none = waiting("none", { within: "1 minute", ledger: "none" });
  expect(within(long, short, none)).toMatchObject({ within: 120, ledger: "every delivery" });
  expect(within(none, long)).toMatchObject({ within: 3_600, ledger: "every delivery" });
  expect(within(none)).toMatchObject({ ledger: "none" });
});

test("a deadline below the ledger's own interval is refused, with the name of its subscriber", () => {
  const delivery = { within: "30 seconds" } as const;
  expect(() => defineReaction("r", { on: FilmRated, timeout: "1 second", delivery })).toThrow(
    'Reaction "r": delivery.within is 30 seconds; it must be at least 1 minute',
  );
  expect(() => defineWorkflow("w", { on: FilmRated, delivery, run: () => {} })).toThrow(
    'Workflow "w": delivery.within is 30 seconds',
  );
});

test("each pattern of a subscriber with recorded deliveries has one rule of the ledger, and no other", () => {
  const { workflows: shows, reactions: reacting } = cinema.millrace;
  const stacks = [shows.get("show-film")!, ...reacting.values()].map((each) => Stack.of(each));
  const subscribed = [...stacks.map((stack) => Template.fromStack(stack)), template]
    .flatMap(rulesOf)
    .filter(({ Properties }) =>
      /→ (show-film|archive-film|praise-film|runs that wait for it)$/.test(Properties.Description),
    )
    .filter(({ Properties }) => !Properties.EventPattern.source)
    .map(({ Properties }) => JSON.stringify(Properties.EventPattern));
  const kept = ledgerRules().map(({ Properties }) => JSON.stringify(Properties.EventPattern));
  expect(subscribed).toHaveLength(4);
  expect(kept.sort()).toEqual([...new Set(subscribed)].sort());
});

test("a rule sends the ledger the subscribers and their deadline, and nothing of the payload", () => {
  const [rule] = ledgerRules().filter(({ Properties }) => Properties.EventPattern.detail === undefined);
  const [target] = rule.Properties.Targets;
  expect(JSON.parse(target.InputTransformer.InputTemplate.replace(/<([\w-]+)>/g, '"<$1>"'))).toEqual({
    within: { "show-film": 300, "archive-film": 390 },
    replay: "<replay-name>",
    id: "<id>",
    "detail-type": "<detail-type>",
    source: "<source>",
    time: "<time>",
    detail: { millrace: "<detail-millrace>" },
  });
  expect(target.InputTransformer.InputPathsMap).toMatchObject({ "detail-millrace": "$.detail.millrace" });
  expect(target.DeadLetterConfig.Arn).toBeDefined();
});

test("the ledger receives an event later than its subscribers, in large batches", () => {
  template.hasResourceProperties("AWS::SQS::Queue", { DelaySeconds: 10 });
  template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 5,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
});

test("subscribers are deployed before the ledger expects their deliveries", () => {
  const stacks = Object.entries(template.findResources("AWS::CloudFormation::Stack"));
  const [rules, ...more] = stacks.filter(([id]) => /ledgerrules/.test(id)).map(([, resource]) => resource);
  expect(more).toEqual([]);
  const subscribers = stacks.map(([id]) => id).filter((id) => !/ledgerrules/.test(id));
  expect(subscribers).toHaveLength(4);
  expect(rules!.DependsOn).toEqual(expect.arrayContaining(subscribers));
  // Rules of awaited events are in the main stack.
  expect(rules!.DependsOn.some((id: string) => /Waits.*Rule|Waits.*[Ww]aiting/.test(id))).toBe(true);
});

test("its function may read and write what it needs", () => {
  const actions = (role: string) => {
    const [, policy] = Object.entries(template.findResources("AWS::IAM::Policy")).find(([id]) =>
      id.startsWith(role),
    )!;
    return policy.Properties.PolicyDocument.Statement.flatMap(({ Action }: any) => Action)
      .filter((action: string) => action.startsWith("dynamodb:"))
      .sort();
  };
  expect(actions("MillraceLedgerExpectRole")).toEqual([
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
  ]);
  template.hasResourceProperties("AWS::Lambda::Function", {
    Description: "Records every delivery and finds overdue ones",
    // It sends itself what is to be checked when its time is over, and again where that is more than 15 minutes.
    RecursiveLoop: "Allow",
  });
});

test("the relay, the reconciler and the waits have the list of subscribers; if it is empty, there is no ledger", () => {
  const known = (from: Template) =>
    Object.values(from.findResources("AWS::Lambda::Function")).flatMap(
      ({ Properties }) => Properties.Environment.Variables.MILLRACE_LEDGER ?? [],
    );
  expect(known(template)).toEqual(Array(3).fill("show-film,archive-film,praise-film,millrace.waits"));

  const without = Template.fromStack(stackOf({ workflows: [dubFilm] }).stack);
  expect(known(without)).toEqual([]);
  expect(rulesOf(without).filter(({ Properties }) => Properties.Description?.includes("ledger"))).toEqual([]);
  expect([showFilm, archiveFilm, praiseFilm].map(({ delivery }) => delivery.ledger)).not.toContain("none");
});
