import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentSpec } from "../../../examples/agents/declare.ts";
import { openOffice, synthesizeAgents } from "./office.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** What a developer writes to add an agent: a declaration, and a handler next to it. */
const DECLARATION = `import { defineAgent } from "./declare.ts";

export const newcomer = defineAgent("newcomer", {
  capabilities: ["rate-urgency"],
  does: "Holds everything for urgent.",
  priceUsd: 0,
});
`;
const HANDLER = `import { agent } from "./agent.ts";
import { newcomer } from "./newcomer.ts";

export const handler = agent(newcomer, async () => ({
  kind: "answer",
  claims: [{ about: "urgency", value: "high", confidence: 0.9 }],
  evidence: [],
  text: "",
}));
`;

let folder: string;

beforeAll(async () => {
  // As deep in the project as the original, whose imports go up by two.
  folder = mkdtempSync(join(ROOT, "test", ".newcomer-"));
  cpSync(join(ROOT, "examples/agents"), folder, { recursive: true });
  writeFileSync(join(folder, "newcomer.ts"), DECLARATION);
  writeFileSync(join(folder, "newcomer.lambda.ts"), HANDLER);
  const list = join(folder, "agents.ts");
  const lines = readFileSync(list, "utf8").replace("= [\n", "= [\n  newcomer,\n");
  writeFileSync(list, `import { newcomer } from "./newcomer.ts";\n${lines}`);
  const { agents }: { agents: AgentSpec[] } = await import(list);
  // To bundle the agents of other tasks takes as long as everything else.
  const others = [
    await import(join(folder, "contracts/agents.ts")),
    await import(join(folder, "onboarding/agents.ts")),
  ];
  const away = new Set(others.flatMap((module) => Object.values(module)));
  synthesizeAgents("agents-with-newcomer", {
    agents: agents.filter((one) => !away.has(one)),
    handlers: relative(process.cwd(), folder),
  });
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("an agent joins by a declaration, a handler and a line: it gets work, and nothing else was touched", async () => {
  const office = await openOffice();
  const payload = { subject: "Receipts", text: "The printer feeds paper, but all receipts are blank." };
  await office.submit({ taskId: "t1", kind: "support-ticket", subject: "Receipts", payload });
  await office.cloud.advance("5 minutes");
  const asked = office.published("agent.asked").filter(({ capability }) => capability === "rate-urgency");
  expect(asked.map(({ agent }) => agent)).toEqual(["newcomer"]);
  expect(office.settled("t1")).toMatchObject({ answer: { urgency: "high" } });
  await office.cloud.close();
}, 300_000);
