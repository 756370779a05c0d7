import { Command } from "commander";
import { expect, test } from "vitest";
import * as z from "zod";
import { explain } from "../../bin/explain.ts";
import { keyOption } from "../../bin/key-option.ts";
import { sendEvent } from "../../bin/send-event.ts";
import { NotPublished, publisherFrom } from "../../lambdas/runtime/publish/publish.ts";
import { readEnvelope } from "../../lib/contract/envelope.ts";
import { defineEvent } from "../../lib/index.ts";
import { testApi } from "../runtime/api/test-api.ts";

const contract = defineEvent("film.wanted", { version: 1, schema: z.object({ film: z.string() }) });
const payload = { film: "f1" };

/** A session whose bus accepts events, or rejects all. */
function setUp({ rejects = false } = {}) {
  const published: string[] = [];
  const bus = {
    async publish(entries: { Detail: string; Source: string; DetailType: string }[]) {
      if (rejects) return entries.map((_, at) => at);
      for (const { Source, DetailType, Detail } of entries) {
        const event = { id: "bus", source: Source, "detail-type": DetailType, time: "" };
        published.push(readEnvelope({ ...event, detail: JSON.parse(Detail) }).id);
      }
      return [];
    },
  };
  const ports = { bus, now: () => 0, newId: () => "new", pause: async () => {} };
  return { published, session: { publisher: async (source: string) => publisherFrom(source, ports) } };
}

test("the same event under the same key has one id, by the command line and by the API", async () => {
  const { published, session } = setUp();
  const byCommand = await sendEvent({ contract, payload, key: "k1" }, "millrace.cli", session);
  const { post } = testApi();
  const body = { name: contract.name, version: 1, payload, why: "a test" };
  const byApi = async (key: string) =>
    (await post("/api/events", body, { headers: { "idempotency-key": key } })).json.event;
  expect(byCommand).toBe(await byApi("k1"));
  expect(byCommand).not.toBe(await byApi("k2"));
  expect(published).toEqual([byCommand]);
});

test("another event under the same key is another event", async () => {
  const { session } = setUp();
  const other = { ...contract, name: "film.dropped" };
  const [one, two] = await Promise.all(
    [contract, other].map((event) => sendEvent({ contract: event, payload, key: "k1" }, "shop", session)),
  );
  expect(one).not.toBe(two);
});

test("an event that the bus rejects is an error with its name", async () => {
  const { session } = setUp({ rejects: true });
  const error = await sendEvent({ contract, payload, key: "k1" }, "shop", session).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(NotPublished);
  expect(explain(error)).toMatch("The bus rejected the event film.wanted (version 1). Try again.");
});

test.each([" ", "x".repeat(201)])("a key that the API refuses is refused: %#", (key) => {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  command.addOption(keyOption("a test"));
  expect(() => command.parse(["--key", key], { from: "user" })).toThrow("Give 1 to 200 characters.");
});

test("without a key, a command has a new one, and its help is the same each time", () => {
  const [one, two] = [1, 2].map(() => new Command().addOption(keyOption("a test")));
  expect(one!.opts().key).not.toBe(two!.opts().key);
  expect(one!.helpInformation()).toBe(two!.helpInformation());
});
