import { describe, expect, test } from "vitest";
import { agents } from "../../../examples/agents/agents.ts";
import { changedClauses } from "../../../examples/agents/contracts/change.ts";
import { read } from "../../../examples/agents/contracts/read.ts";
import { taskKinds } from "../../../examples/agents/kinds.ts";
import type { Move, Payload, Turn } from "../../../examples/agents/protocol.ts";
import { askByRule, rehearse } from "../../../examples/agents/rehearse.ts";
import { turns } from "../../../examples/agents/turns.ts";
import { opinion, task } from "./examples.ts";

const take = (agent: string, payload: Payload, capability = "", said: Turn[] = []) =>
  turns[agent]!({ capability, payload, task: task() }, said, {
    ask: askByRule,
  });
const claim = async (move: Promise<Move>) => {
  const made = await move;
  return made.kind === "answer" ? made.claims[0]!.value : made.kind;
};
const ticket = (text: string, subject = "") => ({ subject, text });
const turn = (move: Move, replies: Turn["replies"]): Turn => ({ move, replies, usd: 0, at: "" });

test("each capability that a kind of task needs has an agent, and each agent has code", () => {
  const can = agents.flatMap(({ capabilities }) => capabilities);
  for (const { needs } of taskKinds) expect(can).toEqual(expect.arrayContaining(Object.keys(needs)));
  expect(Object.keys(turns).sort()).toEqual(agents.map(({ name }) => name).sort());
});

describe("tickets", () => {
  test.each([
    ["ticket-words", "I forgot my password", "access"],
    ["ticket-words", "The app crashes", "defect"],
    ["ticket-words", "How can I export the sales into a CSV?", "how-to"],
    ["ticket-cases", "the courier lost my parcel, the tracking number does not work", "delivery"],
    ["urgency-rater", "Nobody can order today!", "high"],
    ["urgency-rater", "Not urgent: what colours are there?", "low"],
    ["urgency-rater", "The receipt has a wrong date.", "normal"],
  ])("%s: %s → %s", async (agent, text, expected) => {
    expect(await claim(take(agent, ticket(text)))).toBe(expected);
  });

  test("the skeptic distinguishes an article that fits from one that shares a word", async () => {
    const check = (article: string) =>
      claim(take("ticket-skeptic", { ticket: "Error 502 in the web shop", article }));
    expect(await check("kb-18")).toBe("yes");
    expect(await check("kb-07")).toBe("no");
  });

  test("the searcher has its article checked, and takes the next if it does not match", async () => {
    const payload = ticket("The till app crashes when it starts");
    const first = await take("kb-search", payload, "answer-ticket");
    expect(first).toMatchObject({
      kind: "ask",
      questions: [{ capability: "check-answer", payload: { article: "kb-15" } }],
    });
    const replied = (value: string) =>
      turn(first, [
        { kind: "opinion", value: opinion({ claims: [{ about: "fits-kb-15", value, confidence: 0.9 }] }) },
      ]);
    expect(await claim(take("kb-search", payload, "answer-ticket", [replied("yes")]))).toBe("kb-15");
    const second = await take("kb-search", payload, "answer-ticket", [replied("no")]);
    expect(second).toMatchObject({ kind: "ask" });
    expect(second).not.toEqual(first);
  });
});

describe("contracts", () => {
  test("the facts in a clause are read", () => {
    expect(read("Invoices are payable within ten (10) business days.")).toMatchObject({ days: 10 });
    expect(read("It renews by 24 months.").days).toBeCloseTo(730, 0);
    expect(read("We hear of it within 72 hours.")).toMatchObject({ days: 3 });
    expect(read("Insured for 2.5 million euros.")).toMatchObject({ amount: 2_500_000 });
    expect(read("Up to six months' fees.")).toMatchObject({ percent: 50 });
    expect(read("Data may be processed in any country.")).toMatchObject({ abroad: true });
    expect(read("Sub-processors begin without prior consent.")).toMatchObject({ excludes: true });
  });

  test("the clauses that changed are reported, those that came and went as well", () => {
    const contract = (clauses: Record<string, string>) => ({
      contractId: "c",
      party: "p",
      clauses: Object.fromEntries(Object.entries(clauses).map(([id, text]) => [id, { heading: id, text }])),
    });
    expect(
      changedClauses(contract({ a: "1", b: "2", c: "3" }), contract({ a: "1", b: "4", d: "5" })),
    ).toEqual([
      { clause: "b", heading: "b", before: "2", after: "4" },
      { clause: "c", heading: "c", before: "3", after: "" },
      { clause: "d", heading: "d", before: "", after: "5" },
    ]);
  });

  test("a contract that has changed completely is handed over", async () => {
    const changes = Array.from({ length: 9 }, (_, at) => ({
      clause: `${at}`,
      heading: "h",
      before: "a",
      after: "b",
    }));
    expect(await claim(take("rule-reviewer", { contractId: "c", party: "p", changes }))).toBe("hand-over");
  });

  test.each([
    ["Payment", "within 30 days", "within 5 days", "breach"],
    ["Liability", "by law", "The supplier shall not be liable.", "breach"],
    ["Liability", "Up to 12 months' fees.", "Up to 24 months' fees.", "review"],
    ["Audit", "Once a year.", "", "breach"],
    ["Address", "Old street", "New street", "ok"],
  ])(
    "%s: %s → %s is %s by the rules, no matter who reads the clause",
    async (heading, before, after, expected) => {
      const payload = { contractId: "c", party: "p", changes: [{ clause: "1", heading, before, after }] };
      const asked = await take("rule-reviewer", payload);
      expect(asked).toMatchObject({ kind: "ask", questions: [{ capability: "read-clause" }] });
      const refused = turn(asked, [{ kind: "refusal", value: "No." }]);
      expect(await claim(take("rule-reviewer", payload, "", [refused]))).toBe(expected);
    },
  );
});

describe("new users", () => {
  const user = (more: object) => ({ userId: "u", mail: "a@shop.example", ...more });

  test.each([
    ["rule-planner", { plan: "business", team: 50 }, "white-glove"],
    ["rule-planner", { plan: "free", note: "just trying it out" }, "self-serve"],
    ["point-planner", { plan: "team", team: 8, note: "please help" }, "guided"],
    ["risk-checker", { mail: "x@mailinator.com" }, "check"],
    ["risk-checker", {}, "clear"],
  ])("%s on %j says %s", async (agent, more, expected) => {
    expect(await claim(take(agent, user(more)))).toBe(expected);
  });

  test("the risk of a user without a confirmed mail address is not clear", async () => {
    const payload = user({ confirmed: false });
    const wait = await take("risk-checker", payload);
    expect(wait).toMatchObject({ kind: "wait", key: "mail:u" });
    const nothing = turn(wait, [{ kind: "nothing", value: "Nothing came in time." }]);
    expect(await claim(take("risk-checker", payload, "", [nothing]))).toBe("check");
  });
});

test("a rehearsal runs completely: questions, tasks of tasks, and the total cost", async () => {
  const payload = ticket(
    "Error 502 at checkout. Besides, where do I find the invoice of April?",
    "Shop down",
  );
  const cast = { agents, turns, known: new Map(), now: "2026-01-01T00:00:00Z" };
  const { settled, opinions } = await rehearse(task({ payload }), cast);
  expect(settled.answer).toMatchObject({ article: "kb-18" });
  const search = opinions.find(({ agent }) => agent === "kb-search")!;
  expect(search.turns.map(({ move }) => move.kind)).toEqual(["spawn", "answer"]);
  expect(settled.usd).toBeCloseTo(opinions.reduce((sum, { usd }) => sum + usd, 0));
});
