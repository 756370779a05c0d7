import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import { definitionVersion } from "../../../lib/workflow/version.ts";
import { synthesize } from "./app.ts";
import { summarize, translate } from "./calls.ts";
import { Posts } from "./posts.ts";
import { bookTrip, sendInvoice } from "./trips/definitions.ts";

const assemblies: Record<string, string> = {};
beforeAll(() => {
  const trips = (name: string, ...workflows: Parameters<typeof synthesize>[1]) => {
    assemblies[name] = synthesize("trips", workflows);
  };
  trips("full", bookTrip(), sendInvoice);
  trips("only a race", bookTrip({ wait: false, call: false }));
  trips("without a race", bookTrip({ wait: false, call: false, race: false }));
  trips("without an undo", bookTrip({ undo: false }), sendInvoice);
  trips("without a breaker", bookTrip({ breaker: false }), sendInvoice);
  trips("without a wait", bookTrip({ wait: false }), sendInvoice);
  trips("without a called workflow", bookTrip({ call: false }));
  assemblies["one limit"] = synthesize("calls", [summarize(true), translate]);
  assemblies["one limit less"] = synthesize("calls-apart", [summarize(false), translate]);
}, 240_000);

let trips: Trips;
beforeEach(() => {
  trips = new Trips();
});
afterEach(() => trips.close());
const deploy = (name: string) => trips.deploy(assemblies[name]!);

class Trips extends Posts {
  async publish(DetailType: string, payload: object = { trip: "t-1" }): Promise<void> {
    const { MillraceBus: EventBusName } = await this.cloud.outputs("Posts");
    const Entries = [{ EventBusName, Source: "test", DetailType, Detail: JSON.stringify(payload) }];
    await this.cloud.call("events", "PutEvents", { Entries });
    await this.cloud.advance("1 second");
  }

  async order(command: Pick<Command, "action"> & { target: object }): Promise<void> {
    const { MillraceControl } = await this.cloud.outputs("Posts");
    const control = controlFunction(MillraceControl!, this.cloud.client(LambdaClient));
    const { action } = command;
    const [answer] = await Promise.all([
      control({ ...command, by: "ada", why: "test", key: action } as Command),
      this.cloud.settle(),
    ]);
    expect(answer).toMatchObject({ done: true });
  }

  async statuses(): Promise<string[]> {
    return (await (await this.reader()).runs(100))
      .map(({ workflow, status }) => `${workflow} ${status}`)
      .sort();
  }
}

test("a run sends to the queue of waits though the newest definition does not", async () => {
  await deploy("only a race");
  await trips.publish("trip.wanted");
  await deploy("without a race");
  await trips.cloud.advance("2 hours");
  expect(await trips.statuses()).toEqual(["book-trip succeeded"]);
}, 60_000);

test.each([
  ["an undo", 'step "cancel", which undoes others, is'],
  ["a breaker", 'breaker "bank" of confirm is'],
  ["a wait", "an awaited event, trip.paid, is"],
  ["a called workflow", 'workflow "send-invoice" is'],
])(
  "a deployment without %s that an open run may need is rejected until the run has ended",
  async (what, needed) => {
    await deploy("full");
    await trips.publish("trip.wanted");
    await expect(deploy(`without ${what}`)).rejects.toThrow(
      new RegExp(
        `cannot lose what open runs may still need: ${needed} needed by 1 open run of version \\w+ \\(book-trip-\\w+\\)\\. Put it back`,
      ),
    );
    await deploy("full");
    const [run] = await (await trips.reader()).runs(1);
    await trips.order({ action: "terminate", target: { run: run!.run } });
    await trips.cloud.advance("10 minutes");
    await deploy(`without ${what}`);
    expect(await trips.statuses()).toEqual(["book-trip terminated"]);
  },
  60_000,
);

test("a run that waits for its start needs nothing of the version that accepted it", async () => {
  await deploy("full");
  await trips.order({ action: "drain", target: { workflow: "book-trip" } });
  await trips.publish("trip.wanted");
  expect(await trips.statuses()).toEqual(["book-trip accepted"]);
  await deploy("without a breaker");
  await trips.order({ action: "resume", target: { workflow: "book-trip" } });
  await expect(deploy("without a called workflow")).rejects.toThrow(
    `needed by 1 open run of version ${definitionVersion(bookTrip({ breaker: false }))} `,
  );
  await deploy("without a breaker");
  await trips.cloud.advance("2 hours");
  await trips.publish("trip.paid");
  await trips.cloud.advance("1 day");
  expect(await trips.statuses()).toEqual(["book-trip succeeded", "send-invoice succeeded"]);
}, 60_000);

test("a run gives its place back although its workflow has left the shared limit", async () => {
  await trips.deploy(assemblies["one limit"]!, { schedules: true });
  await trips.publish("text.sent", { job: "j-1" });
  await trips.publish("page.sent", { job: "j-2" });
  expect(await trips.statuses()).toEqual(["summarize running", "translate accepted"]);
  await trips.deploy(assemblies["one limit less"]!, { schedules: true });
  await trips.cloud.advance("4 hours");
  expect(await trips.statuses()).toEqual(["summarize succeeded", "translate succeeded"]);
}, 60_000);
