import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Office, openOffice, synthesizeAgents } from "./office.ts";

beforeAll(() => synthesizeAgents(), 300_000);

let office: Office;
afterEach(() => office.cloud.close());

const ticket = (taskId: string, subject: string, text: string, more: object = {}) => ({
  taskId,
  kind: "support-ticket",
  subject,
  payload: { subject, text, plan: "team" },
  ...more,
});

describe("tickets", () => {
  test("are sorted, rated and answered by agents who ask each other, and the page says why", async () => {
    office = await openOffice();
    await office.submit(ticket("t1", "Receipts", "The printer feeds paper, but all receipts are blank."));
    await office.submit(ticket("t1", "Receipts", "The printer feeds paper, but all receipts are blank."));
    await office.cloud.advance("5 minutes");
    const settled = office.settled("t1");
    expect(settled).toMatchObject({
      answer: { category: "defect", article: "kb-16" },
      settledBy: "agents",
    });
    expect(office.published("task.settled")).toHaveLength(1);
    const asked = office.published("agent.asked");
    expect(asked.map(({ agent }) => agent)).toContain("ticket-skeptic");
    expect(new Set(asked.map(({ millrace }) => millrace.correlation)).size).toBe(1);
    expect(settled.usd).toBeCloseTo(
      asked.reduce((sum, { agent }) => sum + (agent === "kb-search" ? 0.002 : 0.001), 0),
      6,
    );

    const page = await office.page(settled.page);
    for (const text of [
      "ticket-skeptic",
      "search-articles",
      "kb-16",
      "all receipts are blank",
      `$${settled.usd.toFixed(4)}`,
    ])
      expect(page).toContain(text);

    const records = await office.scan(office.outputs.AgentRecordsTable!);
    expect(records.find(({ id }) => id === "agent#kb-search")).toMatchObject({ right: 1, wrong: 0 });
    expect(records.filter(({ places }) => places)).toEqual([]);
    await office.expectPeace();
  });

  test("with two questions become two tasks, an empty one waits for its author, a legal one goes to a person", async () => {
    office = await openOffice({ seed: 2 });
    await office.submit(
      ticket(
        "two",
        "Shop down",
        "The web shop shows a blank page with error 502. Besides, how do I export our customers as CSV?",
      ),
    );
    await office.submit(ticket("short", "Receipts", "They are garbled."));
    await office.submit(ticket("legal", "Refund", "Refund the yearly plan, or you hear from my lawyer."));
    await office.cloud.advance("1 hour");

    expect(office.settled("two")).toMatchObject({ answer: { article: "kb-18" } });
    expect(office.settled("two").text).toContain("CSV file");
    const parts = office.published("task.settled").filter(({ taskId }) => taskId.startsWith("two/"));
    expect(parts).toHaveLength(2);

    expect(office.settled("short")).toBeUndefined();
    await office.send("news.received", {
      key: "customer:short",
      news: { text: "The receipt printer prints blank receipts." },
    });
    await office.cloud.advance("1 hour");
    expect(office.settled("short")).toMatchObject({ answer: { article: "kb-16" } });

    expect(office.settled("legal")).toBeUndefined();
    await office.decide(true, "article=kb-05, urgency=high");
    await office.cloud.advance("1 hour");
    expect(office.settled("legal")).toMatchObject({
      answer: { category: "billing", article: "kb-05", urgency: "high" },
      settledBy: "person",
      confidence: 1,
    });
    expect(await office.page(office.settled("legal").page)).toContain("ada approved it");
    await office.expectPeace();
  });
});

describe("changes of contracts", () => {
  const contract = (clauses: Record<string, string>) => ({
    contractId: "c7",
    party: "Lighthouse Ltd",
    clauses: Object.fromEntries(
      Object.entries(clauses).map(([heading, text], at) => [String(at + 1), { heading, text }]),
    ),
  });

  test("in the table are reviewed, after the arrival of an annex to which a clause refers", async () => {
    office = await openOffice({ seed: 3 });
    const Table = office.outputs.ContractsTable!;
    await office.put(
      Table,
      contract({ Payment: "We pay within 30 days.", Location: "Data stays in Germany." }),
    );
    await office.cloud.advance("5 minutes");
    expect(office.published("task.submitted")).toEqual([]);
    await office.put(
      Table,
      contract({ Payment: "We pay within 30 days.", Location: "Data is stored as listed in Annex B." }),
    );
    await office.cloud.advance("1 hour");
    const [task] = office.published("task.submitted");
    expect(task.payload.changes).toHaveLength(1);
    expect(office.settled(task.taskId)).toBeUndefined();
    await office.send("news.received", {
      key: "document:c7:Annex B",
      news: { text: "Data centres: Frankfurt, and Virginia in the United States." },
    });
    await office.cloud.advance("1 hour");
    const asked = office.published("agent.asked").map(({ agent }) => agent);
    expect(asked).toContain("clause-reader");
    // Only one of the reviewers knows what the annex says, so that a person decides.
    await office.decide(false, "verdict=breach");
    await office.cloud.advance("1 hour");
    expect(office.settled(task.taskId)).toMatchObject({ answer: { verdict: "breach" }, settledBy: "person" });
    await office.expectPeace();
  });
});

describe("new users", () => {
  test("in the table get a plan, with a guide for what they want to connect", async () => {
    office = await openOffice({ seed: 4 });
    const user = {
      userId: "u1",
      company: "Market Chain",
      mail: "it@market.example",
      plan: "business",
      team: 60,
    };
    await office.put(office.outputs.UsersTable!, {
      ...user,
      wants: ["accounting software"],
      confirmed: false,
    });
    await office.cloud.advance("1 hour");
    expect(office.settled("user-u1")).toBeUndefined();
    await office.send("news.received", { key: "mail:u1", news: {} });
    await office.cloud.advance("1 hour");
    const settled = office.settled("user-u1");
    expect(settled).toMatchObject({ answer: { track: "white-glove", risk: "clear" }, settledBy: "agents" });
    expect(settled.text).toContain("kb-24");
    await office.expectPeace();
  });
});

test("duplicate, late and reordered events, and crashes, change nothing", async () => {
  office = await openOffice({
    seed: 5,
    faults: {
      duplicates: 0.3,
      delays: { chance: 0.3, upTo: "60 seconds" },
      interleave: true,
      calls: [
        { kind: "crash-after", chance: 0.01 },
        { kind: "lost", chance: 0.02 },
      ],
    },
  });
  await office.submit(ticket("t1", "Crash", "The till app crashes as soon as I open it."));
  await office.cloud.advance("3 hours");
  expect(office.settled("t1")).toMatchObject({ answer: { category: "defect", article: "kb-15" } });
  expect(office.published("task.settled")).toHaveLength(1);
  const records = await office.scan(office.outputs.AgentRecordsTable!);
  expect(records.find(({ id }) => id === "agent#kb-search")).toMatchObject({ right: 1 });
  await office.expectPeace();
});
