import { expect, test } from "vitest";
import { RUN, run, SYSTEM } from "../../runtime/api/fixtures.ts";
import { agent } from "./agent.ts";

const control = async () => ({ done: true as const, says: "Requested.", run: RUN });

test("a workflow is a tool with the contract of its event as schema", async () => {
  const { client } = await agent({}, { workflows: [] });
  const { tools } = await client.listTools();
  const tool = tools.find(({ name }) => name === "run_make_film")!;
  expect(tool.inputSchema).toMatchObject({
    required: ["payload", "why"],
    properties: { payload: { properties: { film: { type: "string" } }, required: ["film"] } },
  });
  expect(tool.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: false });
});

test("its run is started and followed to its end", async () => {
  let reads = 0;
  const { api, use, passed } = await agent(
    {
      control: async (command) => {
        api.orders.push(command);
        return await control();
      },
      views: {
        run: async () =>
          ++reads > 2 ? { run: run({ status: "succeeded" }), claims: [], approvals: [] } : undefined,
        log: async () => [],
      },
    },
    { workflows: ["make-film"] },
  );
  const { json } = await use("run_make_film", { payload: { film: "tides" }, why: "asked to" });
  expect(json).toMatchObject({ run: RUN, status: "succeeded", settled: true });
  expect(passed()).toBe(2_000);
  expect(api.orders).toMatchObject([
    { action: "start", why: "asked to", key: "key-1", payload: { film: "tides" } },
  ]);
});

test("a run that takes longer is named, with the tool that follows it", async () => {
  const { use, passed } = await agent(
    { control, views: { run: async () => ({ run: run(), claims: [], approvals: [] }), log: async () => [] } },
    { workflows: [] },
  );
  const given = { payload: { film: "tides" }, why: "w", seconds: 4 };
  const { json } = await use("run_make_film", given);
  expect(json).toMatchObject({ status: "running", next: [expect.stringContaining("follow_run")] });
  expect(passed()).toBe(4_000);
});

test("a payload that breaks the contract starts nothing", async () => {
  const { api, use } = await agent({}, { workflows: [] });
  const refused = await use("run_make_film", { payload: { film: "" }, why: "w" });
  expect(refused).toMatchObject({ isError: true, text: expect.stringContaining("film") });
  expect(api.orders).toEqual([]);
});

test("an event with references has them within the payload; several events are several tools", async () => {
  const [first, ...others] = SYSTEM.events;
  const schema = {
    type: "object",
    properties: { film: { $ref: "#/$defs/Film" } },
    $defs: { Film: { type: "string" } },
  };
  const [workflow] = SYSTEM.workflows;
  const system = {
    ...SYSTEM,
    workflows: [{ ...workflow!, on: ["film.wanted", "film.paid"] }],
    events: [{ ...first!, contracts: [{ ...first!.contracts[0]!, schema }] }, ...others],
  };
  const { client } = await agent({ system }, { workflows: [] });
  const { tools } = await client.listTools();
  const wanted = tools.find(({ name }) => name === "run_make_film_on_film_wanted")!;
  expect(wanted.inputSchema.properties).toMatchObject({
    payload: { properties: { film: { $ref: "#/properties/payload/$defs/Film" } } },
  });
  expect(tools.map(({ name }) => name)).toContain("run_make_film_on_film_paid");
});

test("a workflow that is not deployed is refused with those that are", async () => {
  await expect(agent({}, { workflows: ["make-flim"] })).rejects.toThrow(
    'There is no workflow "make-flim". Deployed are: make-film.',
  );
});
