import { afterEach, expect, test, vi } from "vitest";
import { createProgram } from "../../bin/program.ts";
import { progressOf } from "../../bin/progress.ts";
import { type Connection, commandOf, connectAs, defaultEndpoint } from "../../bin/self.ts";
import type { RunDetails } from "../../lambdas/runtime/ports/readers.ts";

const local: Connection = { stack: "Millrace", endpoint: defaultEndpoint() };
afterEach(() => connectAs(local));

test.each<[string, Partial<Connection>, string]>([
  ["the default deployment needs no option", {}, "npm run millrace -- runs"],
  ["another stack", { stack: "Shop" }, "npm run millrace -- --stack Shop runs"],
  [
    "another port",
    { endpoint: "http://127.0.0.1:1" },
    "npm run millrace -- --endpoint http://127.0.0.1:1 runs",
  ],
  ["an account", { stack: "Shop", aws: true }, "npm run millrace -- --stack Shop --aws runs"],
])("a command that is printed is for the deployment of the call: %s", (_, options, command) => {
  connectAs({ ...local, ...options });
  expect(commandOf("runs")).toBe(command);
});

test("MILLRACE_STACK names the stack of commands without the option", async () => {
  vi.stubEnv("MILLRACE_STACK", "Shop");
  const program = await createProgram(["runs"], () => {});
  expect(program.opts()).toMatchObject({ stack: "Shop" });
  connectAs({ ...local, stack: "Shop" });
  expect(commandOf("runs")).toBe("npm run millrace -- runs");
  vi.unstubAllEnvs();
});

test("what to decide with is such a command", () => {
  connectAs({ ...local, stack: "Shop" });
  const at = "2026-03-01T12:00:00.000Z";
  const details = {
    run: { run: "shop-1", status: "running", acceptedAt: at, event: { name: "order.placed" } },
    claims: [],
    approvals: [{ approval: "editor", path: "editor", level: 1, state: "pending", askedAt: at }],
  } as unknown as RunDetails;
  expect(progressOf(details).at(-1)?.text).toContain(
    "decide with: npm run millrace -- --stack Shop approve shop-1 (or reject",
  );
});
