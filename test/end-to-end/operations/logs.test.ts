import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeLine, isError } from "../../../bin/log-line.ts";
import { type Cloud, startCloud } from "../../../local/cloud.ts";
import { millrace, until } from "../real-time/harness.ts";
import { synthesizeTrips } from "./trips/app.ts";

let cloud: Cloud;
let bus: string;
let table: string;
/** The daemon next to traced functions, and what it received. */
const daemon = createSocket("udp4");
const segments: any[] = [];
beforeAll(async () => {
  daemon.bind(0, "127.0.0.1").on("message", (datagram) => {
    segments.push(JSON.parse(datagram.toString().split("\n")[1]!));
  });
  await once(daemon, "listening");
  const { port } = daemon.address() as AddressInfo;
  const traceDaemon = `127.0.0.1:${port}`;
  cloud = await startCloud({ assembly: synthesizeTrips(), data: undefined, port: 0, traceDaemon });
  const { Stacks } = await cloud.kernel.call("cloudformation", "DescribeStacks", { StackName: "Trips" });
  const output = (name: string): string =>
    Stacks[0].Outputs.find(({ OutputKey }: any) => OutputKey === name).OutputValue;
  bus = output("MillraceBus");
  table = output("MillraceTable");
}, 180_000);
afterAll(async () => {
  await cloud.close();
  daemon.close();
});

const cli = (...args: string[]) => millrace(cloud.endpoint, ["--stack", "Trips", ...args]);

/** The status of each run. */
async function statuses(): Promise<Map<string, string>> {
  const { Items } = await cloud.kernel.call("dynamodb", "Scan", { TableName: table });
  const runs = Items.filter(({ kind }: any) => kind.S === "run");
  return new Map(runs.map(({ run, status }: any) => [run.S, status.S]));
}

/** Sends an event; answers the run of it once it is listed. */
async function book(trip: string, full = false): Promise<string> {
  const Detail = JSON.stringify({ trip, full });
  const Entries = [{ EventBusName: bus, Source: "test", DetailType: "trip.wanted", Detail }];
  const known = await statuses();
  await cloud.kernel.call("events", "PutEvents", { Entries });
  return await until("the run", async () => [...(await statuses()).keys()].find((run) => !known.has(run)));
}

test("a run is drawn for X-Ray; its lines come from all functions in the order of time, and following ends with it", async () => {
  const run = await book("t1");
  const followed = await cli("logs", run, "--follow");
  expect(followed).toMatchObject({ code: 0, error: "" });
  const lines = followed.out.trim().split("\n");
  const at = (text: string) => lines.findIndex((line) => line.includes(text));
  const order = [
    "The run is started.",
    "Asking for a seat.",
    "reserve-seat: reported",
    "The run succeeded.",
  ].map(at);
  expect(order.every((place) => place >= 0)).toBe(true);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(lines[order[1]!]).toMatch(/^\S+Z {2}INFO {3}reserve-seat {2}Asking for a seat\..* attempt=1/);
  expect(lines.some((line) => line.includes("print-ticket"))).toBe(false);

  const drawn = segments.filter(({ annotations }) => annotations.run === run);
  expect(drawn.map(({ name, in_progress, fault }) => [name, in_progress ?? fault ?? false])).toEqual([
    ["book-trip", true],
    ["reserve-seat", true],
    ["reserve-seat", false],
    ["book-trip", false],
  ]);

  const again = await cli("logs", run);
  expect(again.out.trim().split("\n").toSorted()).toEqual(lines.toSorted());
}, 180_000);

test("of all runs, only what went wrong in the functions that are named", async () => {
  const run = await book("t2", true);
  await until("its end", async () => ((await statuses()).get(run) === "failed" ? true : undefined));
  const of = await cli("logs", run, "--function", "Reserve-Seat", "--json");
  const written = of.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(written.every(({ service }) => service === "reserve-seat")).toBe(true);
  expect(written).toContainEqual(expect.objectContaining({ run, step: "reserve-seat", level: "ERROR" }));
  const errors = await cli("logs", "--errors", "--since", "10 minutes");
  expect(errors).toMatchObject({ code: 0, out: expect.stringContaining("reserve-seat") });
}, 180_000);

test.each([
  [["logs", "unknown"], 1, /There is no run "unknown"/],
  [
    ["logs", "--function", "nothing"],
    1,
    /No log group has "nothing" in its name\. Available: \/millrace\/Trips\//,
  ],
  [["logs", "--since", "soon"], 1, /"soon" is not a duration/],
])(
  "%j gives an error message",
  async (args, code, message) => {
    const ended = await cli(...args);
    expect(ended.error).toMatch(message);
    expect(ended.code).toBe(code);
  },
  60_000,
);

test("a line is shown with its run and step; one that is not JSON unchanged; an error with its stack", () => {
  const line = (text: string | object) => ({
    id: "1",
    at: Date.UTC(2026, 10, 21, 7),
    text: typeof text === "string" ? text : JSON.stringify(text),
  });
  const fields = { level: "INFO", service: "draw", run: "w-1", trace: "1-a", attempt: 2, path: "draw[1]" };
  expect(describeLine(line({ ...fields, message: "Drawing." }))).toBe(
    "2026-11-21T07:00:00.000Z  INFO   draw  Drawing.  attempt=2  path=draw[1]",
  );
  expect(describeLine(line("START RequestId"))).toBe("2026-11-21T07:00:00.000Z  START RequestId");
  const error = { name: "Error", message: "m", stack: "Error: m\n  at x" };
  expect(describeLine(line({ level: "ERROR", service: "s", message: "Failed.", error }))).toBe(
    "2026-11-21T07:00:00.000Z  ERROR  s  Failed.\n    Error: m\n      at x",
  );
  expect(isError(line({ level: "ERROR" }))).toBe(true);
  expect(isError(line({ type: "platform.report", record: { status: "timeout" } }))).toBe(true);
  expect(isError(line({ level: "WARN", message: "ERROR" }))).toBe(false);
  expect(isError(line("ERROR"))).toBe(false);
});
