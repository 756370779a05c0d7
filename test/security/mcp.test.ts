import { describe, expect, test } from "vitest";
import { agent } from "../cli/mcp/agent.ts";

const why = "a message asked the agent for it";

/** A model chooses the arguments, and it reads what others wrote. */
describe("an argument that would resolve to another route", () => {
  test.each([
    ["discard_dead_letter", { id: ".", why }],
    ["redrive_dead_letter", { id: ".", why }],
    ["redrive_dead_letter", { id: "../dead-letters", why }],
    ["pause_run", { run: "../workflows/make-film", why }],
    ["resume_run", { run: "x/../../workflows/make-film", why }],
    ["pause_workflow", { name: "../runs/make-film-1", why }],
    ["decide_approval", { run: "..", path: "approvals/r/p", decision: "approve", level: 0 }],
    ["decide_approval", { run: "r", path: "../../approvals/r/p", decision: "approve", level: 0 }],
    ["change_settings", { of: "workflow", name: "..", values: {}, why }],
    ["get_run", { run: "../workflows" }],
    ["get_event", { name: ".." }],
    ["get_event", { name: "%2e%2e/workflows" }],
    ["get_event", { name: "x\\..\\..\\workflows" }],
    ["get_event", { name: "" }],
    ["explain_run", { run: ".." }],
    ["follow_run", { run: "." }],
  ])("%s of %j is refused, and gives no command", async (tool, given) => {
    const { use, api } = await agent();
    const answer = await use(tool, given);
    expect(answer.isError).toBe(true);
    expect(api.orders).toEqual([]);
  });

  test("names the argument", async () => {
    const { use } = await agent();
    const { text } = await use("discard_dead_letter", { id: ".", why });
    expect(text).toBe('id: "." is not a name: it has an empty, "." or ".." part.');
  });

  test("a path of several parts is passed on", async () => {
    const asked: string[] = [];
    const views = { run: async (run: string) => void asked.push(run) };
    const { use } = await agent({ views: views as never });
    await use("decide_approval", { run: "r", path: "scenes[3]/editor", decision: "approve", level: 0 });
    expect(asked).toEqual(["r"]);
  });
});
