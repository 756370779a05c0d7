import { expect, test } from "vitest";
import { aggregate } from "../../../examples/agents/aggregate.ts";
import { conclude } from "../../../examples/agents/conclude.ts";
import { explain } from "../../../examples/agents/explain.ts";
import { opinion, task } from "./examples.ts";

const asked = task({ payload: { text: "<script>alert(1)</script> & more" }, subject: 'A "ticket"' });
const critic = opinion({
  agent: "critic",
  capability: "doubt",
  evidence: [{ source: "kb-1", text: "Because." }],
});
const opinions = [
  opinion({
    agent: "reader",
    why: "right in 3 of 4 tasks",
    claims: [{ about: "article", value: "kb-1", confidence: 0.9 }],
    turns: [
      {
        move: { kind: "ask", questions: [{ capability: "doubt", payload: {} }] },
        replies: [{ kind: "opinion", value: critic }],
        usd: 0.001,
        at: "2026-01-01T00:00:00Z",
      },
    ],
  }),
  opinion({ agent: "sleeper", status: "failed", reason: "It did not answer in time." }),
];
const verdict = aggregate(asked, opinions, 3, [], "2026-01-01T00:00:00Z");
const page = explain(asked, conclude(asked, verdict, opinions, undefined), verdict, opinions);

test("the page shows who was asked, why, the answers and their cost, including agents that other agents asked", () => {
  for (const part of [
    "reader",
    "right in 3 of 4 tasks",
    "kb-1",
    "90 %",
    "asks for doubt",
    "critic",
    "Because.",
    "$0.0010",
    "sleeper",
    "It did not answer in time.",
  ])
    expect(page).toContain(part);
});

test("text of people and agents is escaped on it, never markup", () => {
  expect(page).not.toContain("<script>");
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
  expect(page).toContain("<title>Why: A &quot;ticket&quot;</title>");
});

test("it has no dependencies", () => {
  expect(page).not.toMatch(/(?:src|href)=|@import|url\(/);
});
