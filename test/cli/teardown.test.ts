import { beforeEach, expect, test } from "vitest";
import { type OpenRun, type TeardownPorts, teardown } from "../../bin/teardown/teardown.ts";

const MINUTE = 60_000;
let now: number;
let orders: any[];
let said: string[];
let runs: OpenRun[];
/** What happens as time passes, by milliseconds. */
let later: { at: number; do: () => void }[];

const ports: TeardownPorts = {
  subscribers: async () => [
    { kind: "workflow", name: "book-trip" },
    { kind: "reaction", name: "tell-guest" },
  ],
  openRuns: async () => runs.map((run) => ({ ...run })),
  async control(order) {
    orders.push(order);
    if (order.action === "terminate") change(order.target.run, { status: "closing" });
    return { done: true, says: "" };
  },
  async pause(milliseconds) {
    now += milliseconds;
    for (const due of later.filter(({ at }) => at <= now)) {
      later.splice(later.indexOf(due), 1);
      due.do();
    }
  },
  now: () => now,
  say: (line) => said.push(line),
};

beforeEach(() => {
  now = 0;
  orders = [];
  said = [];
  later = [];
  runs = [open("a"), open("b")];
});

function open(run: string, more: Partial<OpenRun> = {}): OpenRun {
  return { run, epoch: 1, status: "running", held: false, ...more };
}
function change(run: string, more: Partial<OpenRun>): void {
  runs = runs.map((one) => (one.run === run ? { ...one, ...more } : one));
}
const ends = (run: string, at: number) =>
  later.push({ at, do: () => (runs = runs.filter((one) => one.run !== run)) });
const go = (more: { terminate?: boolean; within?: number } = {}) =>
  teardown({ by: "ada", why: "w", key: "k", terminate: false, within: 10 * MINUTE, ...more }, ports);

test("everything is drained before anything is waited for, until the last run's end", async () => {
  ends("a", MINUTE);
  ends("b", 3 * MINUTE);
  expect(await go()).toEqual({ open: [], held: 0 });
  expect(orders).toMatchObject([
    { action: "drain", target: { workflow: "book-trip" }, by: "ada", why: "w" },
    { action: "drain", target: { subscriber: "tell-guest" } },
  ]);
  expect(now).toBeGreaterThanOrEqual(3 * MINUTE);
  expect(said).toEqual([
    "2 workflows and reactions drained.",
    "2 runs are open: a (running), b (running).",
    "1 run is open: b (running).",
  ]);
});

test("a compensating run counts as open; each run is terminated once, in its epoch", async () => {
  runs = [open("a", { epoch: 3 }), open("b", { status: "compensating" })];
  ends("a", 2 * MINUTE);
  ends("b", 2 * MINUTE);
  expect(await go({ terminate: true })).toEqual({ open: [], held: 0 });
  const ended = orders.filter(({ action }) => action === "terminate");
  expect(ended).toMatchObject([{ target: { run: "a" }, epoch: 3 }]);
  expect(new Set(orders.map(({ key }) => key)).size).toBe(orders.length);
});

test("a run that starts after the first look, from an event in progress, is found", async () => {
  runs = [];
  later.push({ at: 1, do: () => runs.push(open("late")) });
  ends("late", MINUTE);
  expect(await go()).toEqual({ open: [], held: 0 });
  expect(now).toBeGreaterThan(MINUTE);
});

test("runs that do not end in time are reported, and the stack is not reported as safe", async () => {
  ends("a", MINUTE);
  const { open: left } = await go({ within: 5 * MINUTE });
  expect(left.map(({ run }) => run)).toEqual(["b"]);
});

test("a run that was accepted and never started has no execution: it is counted, or terminated", async () => {
  runs = [open("a", { status: "accepted", held: true })];
  expect(await go()).toEqual({ open: [], held: 1 });
  ends("a", now + MINUTE);
  expect(await go({ terminate: true })).toEqual({ open: [], held: 0 });
});
