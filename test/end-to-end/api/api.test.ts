import { afterEach, beforeEach, expect, test } from "vitest";
import { type Expenses, expensesAssembly, openExpenses } from "./expenses.ts";

expensesAssembly();
let expenses: Expenses;
beforeEach(async () => {
  expenses = await openExpenses();
});
afterEach(() => expenses.cloud.close());

const CLAIM = {
  name: "expense.claimed",
  version: 1,
  payload: { expenseId: "e-1", amount: 120 },
  why: "a test",
};
const theRun = async () => (await expenses.get("api/runs")).json.items[0];

test("an event that is sent manually starts a run, whose approval is decided; the log has everything", async () => {
  const { get, post, cloud } = expenses;
  for (const _ of [1, 2]) {
    const sent = await post("api/events", CLAIM, { "idempotency-key": "once" });
    expect(sent).toMatchObject({ status: 200, json: { done: true } });
    await cloud.advance("1 minute");
  }
  const { run, ...listed } = await theRun();
  expect((await get("api/runs")).json.items).toHaveLength(1);
  expect(listed).toMatchObject({ workflow: "approve-expense", status: "running", key: "e-1" });
  const asked = (await get("api/approvals")).json.items;
  expect(asked).toMatchObject([{ run, path: "manager", level: 1, show: { amount: 120 } }]);
  const before = new Date(cloud.now()).toISOString();
  await cloud.advance("1 hour");

  const decided = await post(`api/approvals/${run}/manager`, { decision: "approve", level: 1, note: "fine" });
  expect(decided).toMatchObject({ status: 200 });
  await cloud.advance("1 minute");
  const { json } = await get(`api/runs/${run}`);
  expect(json).toMatchObject({
    status: "succeeded",
    output: { approved: true },
    input: { expenseId: "e-1", amount: 120 },
    questions: [{ state: "decided", decision: { approved: true, decidedBy: "token", note: "fine" } }],
    nodes: { manager: { state: "done", count: 1 } },
  });
  const then = (await get(`api/runs/${run}?at=${before}`)).json;
  expect(then).toMatchObject({ status: "running", questions: [{ state: "pending" }] });
  expect(then.nodes.manager.state).toBe("waiting");

  const names = (items: { name: string }[]) => items.map(({ name }) => name);
  const log = names((await get(`api/runs/${run}/log`)).json.items);
  expect(log).toEqual(
    expect.arrayContaining([
      "run.accepted",
      "run.started",
      "approval.requested",
      "approval.decided",
      "run.succeeded",
    ]),
  );
  const correlation = (await get(`api/correlations?id=${json.event.correlation}`)).json;
  expect(correlation.runs).toEqual([run]);
  expect(names(correlation.items)).toEqual(log);
  expect((await get("api/runs?status=succeeded&key=e-1&workflow=approve-expense")).json.items).toHaveLength(
    1,
  );
  expect((await get("api/runs?status=open")).json.items).toEqual([]);
  expect((await get(`api/deliveries?event=${json.event.id}`)).json.items).toMatchObject([
    { subscriber: "approve-expense", state: expect.stringMatching(/done|duplicate/) },
  ]);
});

test("a viewer gets a change at once, continues where the last answer ended, and gets nothing twice", async () => {
  const { begin, end, post, cloud } = expenses;
  const read = ({ text }: { text: string }) => {
    const [, id] = /^id: (.*)$/m.exec(text)!;
    const [, data = "[]"] = /^data: (.*)$/m.exec(text) ?? [];
    return { id: id!, names: JSON.parse(data).map(({ name }: { name: string }) => name) as string[] };
  };
  const listen = (id?: string) =>
    begin("GET", "api/live", { headers: id === undefined ? {} : { "last-event-id": id } });

  const idle = cloud.now();
  const nothing = read(await end(listen()));
  expect(nothing.names).toEqual([]);
  expect(cloud.now() - idle).toBeLessThanOrEqual(27_000);

  const waiting = listen(nothing.id);
  await cloud.settle();
  await post("api/events", CLAIM);
  let { id, names } = read(await end(waiting));
  expect(names).toContain("run.accepted");
  await cloud.advance("1 minute");
  for (;;) {
    const next = read(await end(listen(id)));
    if (next.names.length === 0) break;
    names = [...names, ...next.names];
    id = next.id;
  }
  expect(names.filter((name) => name === "run.accepted")).toHaveLength(1);
  expect(names.filter((name) => name === "approval.requested")).toHaveLength(1);
});

test("runs are started, paused, resumed and terminated, in the name of the signed-in user", async () => {
  const { get, post, cloud } = expenses;
  const start = { workflow: "approve-expense", event: "expense.claimed", version: 1, payload: CLAIM.payload };
  const { run } = (await post("api/runs", { ...start, why: "a test" })).json;
  await cloud.advance("1 minute");
  expect((await get(`api/runs/${run}`)).json).toMatchObject({ status: "running" });
  const order = (action: string) => post(`api/runs/${run}/${action}`, { why: `to ${action}` });
  expect((await order("pause")).status).toBe(200);
  expect(await order("pause")).toMatchObject({ status: 409, json: { error: { code: "conflict" } } });
  expect((await order("resume")).status).toBe(200);
  expect((await order("terminate")).status).toBe(200);
  await cloud.advance("5 minutes");
  const { json } = await get(`api/runs/${run}`);
  expect(json).toMatchObject({ status: "terminated", questions: [{ state: "closed" }] });
  expect(json.actions).toMatchObject([
    { action: "pause", by: "token", why: "to pause" },
    { action: "resume" },
    { action: "terminate" },
  ]);
  expect((await get("api/runs?status=terminated")).json.items).toHaveLength(1);

  expect((await post("api/workflows/approve-expense/pause", { why: "maintenance" })).status).toBe(200);
  const [workflow] = (await get("api/workflows")).json.items;
  expect(workflow).toMatchObject({
    name: "approve-expense",
    paused: { by: "token", why: "maintenance" },
    inbox: { backlog: 0 },
    graph: { nodes: [{ id: "manager", kind: "approval" }] },
    versions: [{ version: workflow.version, liveRuns: 0 }],
  });
  expect((await get("api/map")).json.nodes).toContainEqual(
    expect.objectContaining({ id: "workflow:approve-expense", paused: true, queue: expect.anything() }),
  );
  expect((await get("api/subscribers")).json.items).toMatchObject([{ name: "approve-expense", overdue: 0 }]);
});

test("the API needs the token, and the previous one is refused after another was stored", async () => {
  const { get, post, cloud, outputs, token } = expenses;
  expect((await get("api/session")).json).toMatchObject({
    name: "token",
    app: { name: "Expenses", deployedOn: "local" },
  });
  expect((await get("api/session", { authorization: "" })).status).toBe(401);
  expect((await get("api/session", { authorization: `Bearer ${token}x` })).status).toBe(401);
  expect((await post("api/events", CLAIM, { authorization: "Bearer x" })).status).toBe(401);
  expect((await get("iam/session")).status).toBe(403);
  expect((await get("api%2Fsession", { authorization: "" })).text).not.toContain("Expenses");

  await cloud.call("secretsmanager", "PutSecretValue", {
    SecretId: outputs.MillraceToken,
    SecretString: "another",
  });
  await cloud.advance("1 minute");
  expect((await get("api/session", { authorization: "Bearer another" })).status).toBe(200);
  expect((await get("api/session")).status).toBe(401);
});

test("the console's files are public, and reveal nothing about the app", async () => {
  const { get, post } = expenses;
  await post("api/events", CLAIM);
  for (const path of ["", "runs/somewhere"]) {
    const { headers, text, status } = await get(path, { authorization: "" });
    expect([200, 503]).toContain(status);
    expect(headers["content-type"]).toContain("text/html");
    expect(text).not.toContain("approve-expense");
  }
  expect((await get("api/openapi.json")).json.openapi).toBe("3.1.0");
});

test("the age of the oldest message of a queue is reported", async () => {
  const { cloud, get, post } = expenses;
  const mappings = await cloud.call("lambda", "ListEventSourceMappings", {});
  const ofIntake = mappings.EventSourceMappings.find(({ FunctionArn }: any) => /Intake/.test(FunctionArn));
  await cloud.call("lambda", "UpdateEventSourceMapping", { UUID: ofIntake.UUID, Enabled: false });
  await post("api/events", CLAIM);
  await cloud.advance("10 minutes");
  const [workflow] = (await get("api/workflows")).json.items;
  expect(workflow.inbox).toMatchObject({ backlog: 1, oldestSeconds: expect.any(Number) });
  expect(workflow.inbox.oldestSeconds).toBeGreaterThan(8 * 60);
});
