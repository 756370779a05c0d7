import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Command, Option } from "commander";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { candidates } from "../../bin/commands/completion.ts";
import { describeRuns, findRuns } from "../../bin/commands/runs.ts";
import { describeOutcome } from "../../bin/commands/send.ts";
import { explain } from "../../bin/explain.ts";
import { findRun } from "../../bin/find-run.ts";
import { ago, tabulate } from "../../bin/format.ts";
import { refuseSilent } from "../../bin/reachable.ts";
import { startedRuns } from "../../bin/started-runs.ts";
import type { RunDetails } from "../../lambdas/runtime/ports/readers.ts";
import { payloadDigest } from "../../lib/contract/canonical.ts";
import { runId } from "../../lib/contract/runs/run-id.ts";
import { defineEvent, type Workflow } from "../../lib/index.ts";

const ids = ["greet-user-abc", "greet-user-abd", "make-film-abc"];
const session = {
  reader: {
    run: async (run: string) =>
      ids.includes(run) ? ({ run: { run, event: { id: "e1" } } } as RunDetails) : undefined,
  },
  search: async ({ text = "" }: { text?: string }) => ({
    items: ids.filter((run) => run.includes(text)).map((run) => ({ run })),
    next: undefined,
  }),
} as unknown as Parameters<typeof findRun>[0];

test("a run is found by its id or the beginning of it; several matches are an error", async () => {
  expect((await findRun(session, "greet-user-abd")).run.run).toBe("greet-user-abd");
  expect((await findRun(session, "make")).run.run).toBe("make-film-abc");
  await expect(findRun(session, "greet")).rejects.toThrow(
    'Several runs begin with "greet": greet-user-abc, greet-user-abd. Give more of the id.',
  );
  // Part of an id is not the beginning of one.
  await expect(findRun(session, "abc")).rejects.toThrow('There is no run "abc"');
});

describe("the run of an event", () => {
  const contract = defineEvent("user.seen", {
    version: 1,
    schema: z.object({ id: z.string(), plan: z.string().default("free") }),
    identity: ({ id }) => id,
  });
  const workflows = [
    { name: "greet-user", on: [contract] },
    { name: "other", on: [] },
  ] as unknown as Workflow[];
  const run = runId("greet-user", "user.seen", "ada");
  const existing = {
    run: {
      run,
      event: { id: "e1" },
      payload: payloadDigest({ id: "ada", plan: "free" }),
      acceptedAt: "2026-01-01T00:00:00.000Z",
      status: "succeeded",
    },
  } as RunDetails;
  const reader = { run: async (id: string) => (id === run ? existing : undefined) };
  const of = async (id: string, data: object) =>
    await startedRuns({ reader } as never, contract, { id, data }, workflows, 0);

  test("is found by its identity", async () => {
    expect(await of("e1", { id: "ada" })).toMatchObject([{ run, outcome: "started" }]);
    expect(await of("e3", { id: "bob" })).toMatchObject([{ details: undefined, outcome: "pending" }]);
  });

  test("is that of an earlier event with the same identity and payload: a duplicate", async () => {
    expect(await of("e2", { plan: "free", id: "ada" })).toMatchObject([{ run, outcome: "duplicate" }]);
    expect(describeOutcome("duplicate", existing, "waiting")).toEqual([
      expect.stringMatching(`^Duplicate of ${run}: event e1 started it .* ago; its status is waiting`),
      expect.stringContaining(`replay-events --run ${run} --again`),
    ]);
  });

  test("is not that of an event with another payload: a contradiction, also under the same id", async () => {
    for (const id of ["e1", "e2"])
      expect(await of(id, { id: "ada", plan: "paid" })).toMatchObject([{ run, outcome: "contradiction" }]);
    expect(describeOutcome("contradiction", existing, "succeeded").join("\n")).toMatch(
      new RegExp(
        `^Contradiction of ${run}: event e1 started it .* ago.*\n.*starts no run and is quarantined.*\n` +
          ".*Correct the payload or the identity.*\n.* quarantine$",
      ),
    );
  });
});

test("a program on the port that does not answer is an error, not an endless wait", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  await expect(refuseSilent(address, 50)).rejects.toThrow(`${address} does not answer within 0.05 seconds`);
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
  // What is not there is said by the first call, with what to do.
  await expect(refuseSilent(address, 50)).resolves.toBeUndefined();
});

test.each(["localhost:4566", "http://127.0.0.1:x", "4566"])(
  "%s is refused: it is no address",
  async (address) => {
    await expect(refuseSilent(address)).rejects.toThrow(
      `"${address}" is not the address of a local cloud. Give one like http://127.0.0.1:4566 with --endpoint`,
    );
  },
);

test("an account without a region is an error that says where to set it", () => {
  expect(explain(new Error("Region is missing"))).toMatch(/^No AWS region is set\. Set AWS_REGION/);
});

test("completion offers commands, options, and possible values of an option", () => {
  const program = new Command("millrace").option("--json");
  const status = new Option("--status <status>").choices(["open", "waiting"]);
  program.addCommand(new Command("runs").addOption(status));
  program.addCommand(new Command("retry"));
  expect(candidates(program, ["r"])).toEqual(["retry", "runs"]);
  expect(candidates(program, ["runs", "--"])).toEqual(["--json", "--status"]);
  expect(candidates(program, ["runs", "--status", "w"])).toEqual(["waiting"]);
});

test("columns are as wide as their visible text, and times are relative", () => {
  const red = "\u001b[31mfailed\u001b[39m";
  expect(
    tabulate(
      ["A", "B"],
      [
        [red, "1"],
        ["ok", "2"],
      ],
    ),
  ).toBe(`A       B\n${red}  1\nok      2`);
  expect(ago("2026-01-01T00:00:00.000Z", Date.parse("2026-01-01T00:05:03.000Z"))).toBe("5 min 3 s ago");
});

describe("without runs of a workflow", () => {
  const releases = [{ workflow: "make-film" }, { workflow: "greet-user" }, { workflow: "make-film" }];
  const empty = (deployed: object[]) =>
    ({ search: async () => ({ items: [] }), releases: async () => deployed }) as unknown as Parameters<
      typeof findRuns
    >[0];
  const runsOf = async (workflow: string, deployed: object[] = releases) =>
    await findRuns(empty(deployed), { workflow, limit: 20 }, 0);

  test("the list is empty if the workflow is deployed", async () => {
    expect(await runsOf("make-film")).toEqual([]);
  });

  test("a name that no workflow has is an error with those that are deployed", async () => {
    await expect(runsOf("nope")).rejects.toThrow(
      'There is no workflow "nope". Available: greet-user, make-film.',
    );
    await expect(runsOf("nope", [])).rejects.toThrow(
      'There is no workflow "nope". No workflows are deployed.',
    );
  });
});

test("a failure that is too long for the list of runs ends with an ellipsis", () => {
  const at = "2026-01-01T00:00:00.000Z";
  const failure = { error: "NoTable", cause: "no table ".repeat(20) };
  const item = { run: "greet-user-abc", status: "failed", acceptedAt: at, endedAt: at, failure };
  const found = [{ item, status: "failed", awaited: [] }] as unknown as Parameters<typeof describeRuns>[0];
  expect(describeRuns(found, { limit: 1 }, Date.parse(at))).toMatch(/NoTable: no table .*…$/);
});
