import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approvalKey } from "../../lib/contract/keys/approval.ts";
import { claimKey } from "../../lib/contract/keys/claim.ts";
import { breakerKey, commandKey, controlKey } from "../../lib/contract/keys/control.ts";
import { deferredKey, deferredRequestKey } from "../../lib/contract/keys/deferred.ts";
import { quarantineKey } from "../../lib/contract/keys/delivery.ts";
import { deployedQueueKey, releaseKey } from "../../lib/contract/keys/deployment.ts";
import { keyQueueKey } from "../../lib/contract/keys/flow-control.ts";
import type { ItemKey } from "../../lib/contract/keys/item-key.ts";
import { logKey } from "../../lib/contract/keys/log.ts";
import { replayKey } from "../../lib/contract/keys/replay.ts";
import { runKey } from "../../lib/contract/keys/run.ts";
import { meetingKey, waiterKey } from "../../lib/contract/keys/wait.ts";
import { runId } from "../../lib/contract/runs/run-id.ts";
import { rulesOf } from "../../local/iam/policy.ts";
import { type Simulation, simulate } from "../../local/simulate.ts";
import { catalogue, makeBook, sellBook } from "../end-to-end/dead-letters/app/books.ts";
import { synthesizeParcels } from "../end-to-end/express/parcel/app.ts";
import { sharedApp } from "../shared-app.ts";
import { sharedTriggers } from "../shared-triggers.ts";
import { type DeployedRole, deployedRoles, listed } from "./deployed-roles.ts";

/** Assemblies that have every kind of role between them, by the name of their stack. Other tests have the same. */
const APPS = {
  Press: () =>
    sharedApp("press", "Press", {
      workflows: [makeBook, sellBook],
      reactions: [catalogue],
      handlers: join(import.meta.dirname, "../end-to-end/dead-letters/app"),
    }),
  Triggers: sharedTriggers,
  Parcels: synthesizeParcels,
};

const OURS = runId("make-book", "book.wanted", "Dune");
const OTHERS = runId("sell-book", "book.wanted", "Dune");
/** A workflow whose name begins as another's does. */
const LONGER = runId("make-book-twice", "book.wanted", "Dune");
const EXPRESS = runId("send-express", "parcel.ready", "p");
const HANDLING = runId("catalogue", "book.wanted", "e");
const TIME = "2026-11-22T10:00:00.000Z";

/** Everything in the table, by its kind. */
const ITEMS = {
  "a run": runKey(OURS),
  "another workflow's run": runKey(OTHERS),
  "an express run": runKey(EXPRESS),
  "a claim of an express run": claimKey(EXPRESS, 1, "pack"),
  "a claim": claimKey(OURS, 1, "print-book"),
  "another workflow's claim": claimKey(OTHERS, 1, "advertise"),
  "a claim of a workflow with a longer name": claimKey(LONGER, 1, "print-book"),
  "a reaction's claim": claimKey(HANDLING, 1, "catalogue"),
  "a deferred message": deferredKey(OURS, 1, "print-book", "do"),
  "a reaction's deferred message": deferredKey(HANDLING, 1, "catalogue", "do"),
  "a deferred message of another workflow": deferredKey(OTHERS, 1, "advertise", "do"),
  "a deferred approval": deferredRequestKey(OURS, 1, "editor"),
  "a question": approvalKey(OURS, 1, "editor"),
  "a pause": controlKey("workflow", "sell-book"),
  "a command": commandKey("k"),
  "a breaker": breakerKey("mail"),
  "a release": releaseKey("make-book", "v"),
  "a deployed queue": deployedQueueKey("make-book"),
  "a wait": waiterKey(meetingKey("book.sold", "Dune"), OURS, "sold"),
  "a per-key queue": keyQueueKey("make-book", "Dune"),
  "a replay": replayKey("millrace-r"),
  "another's quarantined event": quarantineKey(runId("sell-book", "book.wanted", "e")),
  "an entry of the log": logKey(OURS, TIME, "run", 1, "e"),
} satisfies Record<string, ItemKey>;
type Kind = keyof typeof ITEMS;

const DEFERRED = [
  ...(["a deferred message", "a reaction's deferred message"] as const),
  "a deferred message of another workflow",
  "a deferred approval",
] as const satisfies Kind[];

/** The kinds of items that a role may put, update or delete, by what the role is for. Everything else it must not. */
const WRITES: Record<string, readonly Kind[]> = {
  "make-book: print-book": ["a claim", "a deferred message"],
  "make-book: shred-book": ["a claim", "a deferred message"],
  "make-book: bind-book": ["a claim", "a deferred message"],
  "sell-book: advertise": ["another workflow's claim", "a deferred message of another workflow"],
  "Reaction catalogue": ["a reaction's claim", "a reaction's deferred message"],
  "make-book: event → run": ["a run"],
  "sell-book: event → run": ["another workflow's run", "another's quarantined event"],
  "Requests approvals": [...DEFERRED, "a question"],
  "Delivers decisions to waiting runs": [],
  "Carries out operator actions": [
    ...(["a run", "another workflow's run", "a claim", "another workflow's claim"] as const),
    ...(["a claim of a workflow with a longer name", "a reaction's claim"] as const),
    ...(["an express run", "a claim of an express run"] as const),
    ...([...DEFERRED, "a pause", "a command"] as const),
    ...(["a breaker", "a replay", "another's quarantined event"] as const),
  ],
  "Completes runs": [
    ...(["a run", "another workflow's run", "a claim", "another workflow's claim"] as const),
    ...(["a claim of a workflow with a longer name", "a reaction's claim"] as const),
    ...(["an express run", "a claim of an express run"] as const),
  ],
  "Reconciles runs and changes that events missed": [
    ...(["a run", "another workflow's run", "a claim", "another workflow's claim"] as const),
    ...(["a claim of a workflow with a longer name", "a reaction's claim"] as const),
    ...(["an express run", "a claim of an express run"] as const),
  ],
  "Delivers events to the runs that wait for them": [...DEFERRED, "a wait"],
  "Records every delivery and finds overdue ones": [],
  "Stores dead letters in the table": [],
  "Records what is deployed": ["a release", "a deployed queue"],
  "Publishes and logs changes of the table": [],
  "Serves the API and the console": [],
  "Trigger github-pushes": [],
  "Trigger user-changes": [],
  "Trigger reports": [],
  "Trigger orders": [],
  "Trigger backlog": [],
  "Trigger host-stops": [],
  "Publishes occurrences of schedules": [],
  "send-parcel: event → run": [],
  "send-parcel: counter": [],
  "send-express: counter": ["an express run", "a claim of an express run"],
  "keep-log: event → run": [],
  "keep-log: note": [],
  "onboard-user: event → run": [],
  "onboard-user: send-welcome": [],
  "review-push: event → run": [],
  "review-push: note": [],
};

const simulations: Record<string, { cloud: Simulation; table: string; roles: DeployedRole[] }> = {};
beforeAll(async () => {
  for (const [name, assembly] of Object.entries(APPS)) {
    const cloud = await simulate(assembly(), { seed: 1, schedules: false });
    const { MillraceTable } = await cloud.outputs(name);
    simulations[name] = { cloud, table: MillraceTable!, roles: await deployedRoles(cloud) };
  }
}, 600_000);
afterAll(async () => {
  for (const { cloud } of Object.values(simulations)) await cloud.close();
});

/** Whether a role may do something, as IAM judges it. What is judged well may fail for another reason. */
async function may(cloud: Simulation, caller: string, service: string, operation: string, input: object) {
  try {
    await cloud.kernel.call(service, operation, input, { caller });
    return true;
  } catch (error) {
    return !/^AccessDenied/.test((error as Error).name);
  }
}

const written = ({ pk, sk }: ItemKey) => ({ pk: { S: pk }, sk: { S: sk } });

/** Every way in which an item can be changed, with attributes that decide a question or a claim. */
const changes = (TableName: string, key: ItemKey): [string, object][] => [
  ["PutItem", { TableName, Item: { ...written(key), state: { S: "decided" } } }],
  [
    "UpdateItem",
    {
      TableName,
      Key: written(key),
      UpdateExpression: "SET #s = :s, #t = :s",
      ExpressionAttributeNames: { "#s": "result", "#t": "token" },
      ExpressionAttributeValues: { ":s": { S: "forged" } },
    },
  ],
  ["DeleteItem", { TableName, Key: written(key) }],
  ["BatchWriteItem", { RequestItems: { [TableName]: [{ DeleteRequest: { Key: written(key) } }] } }],
  ["TransactWriteItems", { TransactItems: [{ Delete: { TableName, Key: written(key) } }] }],
];

describe("each role writes its own kind of item, and no other", () => {
  test.each(Object.keys(WRITES))("%s", async (role) => {
    const found = Object.values(simulations).flatMap(({ cloud, table, roles }) =>
      roles.filter(({ name }) => name === role).map(({ arn }) => ({ cloud, table, arn })),
    );
    expect(found).not.toEqual([]);
    for (const { cloud, table, arn } of found) {
      const allowed: string[] = [];
      for (const [kind, key] of Object.entries(ITEMS))
        for (const [operation, input] of changes(table, key))
          if (await may(cloud, arn, "dynamodb", operation, input)) allowed.push(kind);
      expect([...new Set(allowed)].sort()).toEqual([...WRITES[role]!, ...logged(role)].sort());
    }
  });

  /** Who publishes changes adds to the log. */
  function logged(role: string): Kind[] {
    const publishers = [
      "Publishes and logs changes of the table",
      "Reconciles runs and changes that events missed",
    ];
    return publishers.includes(role) ? ["an entry of the log"] : [];
  }
});

describe("one compromised step", () => {
  const step = () => {
    const { cloud, table, roles } = simulations.Press!;
    const { arn } = roles.find(({ name }) => name === "make-book: print-book")!;
    return { cloud, table, arn };
  };

  test("decides no question: it neither writes one nor reads its token", async () => {
    const { cloud, table, arn } = step();
    const key = approvalKey(OURS, 1, "editor");
    const Keys = [written(key)];
    for (const [operation, input] of [
      ["BatchGetItem", { RequestItems: { [table]: { Keys } } }],
      ["GetItem", { TableName: table, Key: written(key) }],
      [
        "Query",
        {
          TableName: table,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: key.pk } },
        },
      ],
      ["Scan", { TableName: table }],
    ] as const)
      expect([operation, await may(cloud, arn, "dynamodb", operation, input)]).toEqual([operation, false]);
  });

  test("writes of a run what its steps spend, and nothing else", async () => {
    const { cloud, table, arn } = step();
    const update = (attribute: string, run = OURS) =>
      may(cloud, arn, "dynamodb", "UpdateItem", {
        TableName: table,
        Key: written(runKey(run)),
        UpdateExpression: "SET #a = :a",
        ExpressionAttributeNames: { "#a": attribute },
        ExpressionAttributeValues: { ":a": { S: "forged" } },
      });
    expect(await update("budget")).toBe(true);
    for (const attribute of ["status", "output", "paused", "input", "expiresAt"])
      expect([attribute, await update(attribute)]).toEqual([attribute, false]);
    expect(await update("budget", OTHERS)).toBe(false);
  });

  test("sends to its own queue and the control queue, and invokes nothing but its own versions", async () => {
    const { cloud, arn } = step();
    const { QueueUrls } = await cloud.call("sqs", "ListQueues", {});
    const open: string[] = [];
    for (const QueueUrl of QueueUrls as string[])
      if (await may(cloud, arn, "sqs", "SendMessage", { QueueUrl, MessageBody: "{}" })) open.push(QueueUrl);
    expect(open).toHaveLength(2);
    const { Functions } = await cloud.call("lambda", "ListFunctions", {});
    for (const { FunctionName } of Functions)
      expect(await may(cloud, arn, "lambda", "Invoke", { FunctionName, Payload: "{}" })).toBe(false);
  });

  test("publishes nothing, starts nothing and stops nothing", async () => {
    const { cloud, arn } = step();
    const { stateMachines } = await cloud.call("states", "ListStateMachines", {});
    const { stateMachineArn } = stateMachines[0];
    const executionArn = `${stateMachineArn.replace("stateMachine", "execution")}:${OURS}`;
    for (const [service, operation, input] of [
      [
        "events",
        "PutEvents",
        { Entries: [{ Source: "millrace", DetailType: "run.requested", Detail: "{}" }] },
      ],
      ["states", "StartExecution", { stateMachineArn, input: "{}" }],
      ["states", "StopExecution", { executionArn }],
    ] as const)
      expect([operation, await may(cloud, arn, service, operation, input)]).toEqual([operation, false]);
  });
});

test("only those that publish changes may publish what Millrace alone says, whatever a policy allows", async () => {
  const { cloud, roles } = simulations.Press!;
  const { MillraceBus } = await cloud.outputs("Press");
  const bus = cloud.kernel.arn("events", `event-bus/${MillraceBus}`);
  const rules = rulesOf(JSON.parse(cloud.kernel.service("events")!.policyOf!(bus)!));
  const verdict = (caller: string, source: string, name: string) => {
    const values: Record<string, string> = {
      "aws:principalarn": caller,
      "events:source": source,
      "events:detail-type": name,
    };
    return rules.judge({ action: "events:PutEvents", resource: bus, keyValue: (key) => values[key] });
  };
  const denied = "explicitly denied";
  for (const { name, arn } of [...roles, { name: "an administrator", arn: "arn:aws:iam::1:role/Admin" }]) {
    const publishes = /^(?:Publishes and logs|Reconciles)/.test(name);
    expect([name, verdict(arn, "millrace", "x.y") === denied]).toEqual([name, !publishes]);
    expect([name, verdict(arn, "shop", "run.requested") === denied]).toEqual([name, !publishes]);
    expect([name, verdict(arn, "shop", "book.wanted") === denied]).toEqual([name, false]);
  }
});

test("a step may have deferred messages brought back, and order nothing", async () => {
  const { cloud, arn } = {
    ...simulations.Press!,
    arn: simulations.Press!.roles.find(({ name }) => name === "make-book: print-book")!.arn,
  };
  const { QueueUrls } = await cloud.call("sqs", "ListQueues", {});
  const orders = (QueueUrls as string[]).find((url) => /ControlCommands/.test(url))!;
  const command = {
    action: "pause",
    target: { workflow: "make-book" },
    by: "ada",
    why: "forged",
    key: "forged",
  };
  await cloud.kernel.call(
    "sqs",
    "SendMessage",
    { QueueUrl: orders, MessageBody: JSON.stringify(command) },
    { caller: arn },
  );
  await cloud.advance("1 minute");
  const { MillraceTable } = await cloud.outputs("Press");
  const read = (key: ItemKey) =>
    cloud.call("dynamodb", "GetItem", { TableName: MillraceTable, Key: written(key) });
  expect((await read(controlKey("workflow", "make-book"))).Item).toBeUndefined();
  expect((await read(commandKey("forged"))).Item).toBeUndefined();
});

test("every role that the apps deploy has its attacks here", () => {
  const functions = Object.values(simulations).flatMap(({ roles }) =>
    roles.filter(({ isFunction }) => isFunction),
  );
  const unknown = functions.map(({ name }) => name).filter((name) => !(name in WRITES));
  expect([...new Set(unknown)]).toEqual([]);
});

test("a service may assume a role only for resources of this account", () => {
  const found = Object.values(APPS).flatMap((app) => trusted(app()));
  expect([...new Set(found)].sort()).toEqual([
    // Lambda has no such condition: a function has a role of its own account.
    "lambda.amazonaws.com",
    "scheduler.amazonaws.com for this account",
    "states.amazonaws.com for this account",
  ]);
});

/** The services that the roles of an assembly trust, and for whose resources. */
function trusted(assembly: string): string[] {
  const templates = readdirSync(assembly).filter((file) => file.endsWith(".template.json"));
  const thisAccount = { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } };
  return templates
    .flatMap((file) => Object.values<any>(JSON.parse(readFileSync(join(assembly, file), "utf8")).Resources))
    .filter(({ Type }) => Type === "AWS::IAM::Role")
    .flatMap(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement)
    .map(({ Principal, Condition }) => {
      const isLimited = isDeepStrictEqual(Condition, thisAccount);
      return `${Principal.Service}${isLimited ? " for this account" : ""}`;
    });
}

/** A grant that widens shows here. Write the list again with `vitest run test/security/roles.test.ts -u`. */
test("each role may do what the written list says", async () => {
  const lists = Object.entries(simulations).map(([app, { roles }]) =>
    [`# ${app}`, ...roles.map(listed).sort()].join("\n\n"),
  );
  await expect(`${lists.join("\n\n")}\n`).toMatchFileSnapshot("roles.txt");
});
