import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Command, Option } from "commander";
import { expect, test } from "vitest";
import { candidates } from "../../bin/commands/completion.ts";
import { findRun } from "../../bin/find-run.ts";
import { ago, tabulate } from "../../bin/format.ts";
import { refuseSilent } from "../../bin/reachable.ts";
import { startedRuns } from "../../bin/started-runs.ts";
import type { RunDetails } from "../../lambdas/runtime/ports/readers.ts";
import type { EventContract } from "../../lib/contract/event.ts";
import { runId } from "../../lib/contract/runs/run-id.ts";
import type { Workflow } from "../../lib/index.ts";

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

test("the run of an event is found by its identity; a duplicate has the run of the first event", async () => {
  const contract = {
    name: "user.seen",
    identity: ({ id }: { id: string }) => id,
  } as unknown as EventContract;
  const workflows = [
    { name: "greet-user", on: [contract] },
    { name: "other", on: [] },
  ] as unknown as Workflow[];
  const run = runId("greet-user", "user.seen", "ada");
  const reader = {
    run: async (id: string) =>
      id === run ? ({ run: { run, event: { id: "e1" } } } as RunDetails) : undefined,
  };
  const of = (id: string, data: object) =>
    startedRuns({ reader } as never, contract, { id, data }, workflows, 1);
  expect(await of("e1", { id: "ada" })).toMatchObject([{ run, isDuplicate: false }]);
  expect(await of("e2", { id: "ada" })).toMatchObject([{ run, isDuplicate: true }]);
  expect(await of("e3", { id: "bob" })).toMatchObject([{ details: undefined, isDuplicate: false }]);
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
