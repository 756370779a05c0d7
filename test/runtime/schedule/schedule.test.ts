import { beforeEach, describe, expect, test } from "vitest";
import type { SchedulePorts } from "../../../lambdas/runtime/schedule/ports.ts";
import { publishDue } from "../../../lambdas/runtime/schedule/publish-due.ts";
import type { BusEntry } from "../../../lib/contract/envelope.ts";
import type { OccurrenceMessage } from "../../../lib/contract/trigger/schedule.ts";
import { memoryObservation } from "../memory/memory.ts";

/** A schedule that strikes each hour, in memory. */
function setUp() {
  const clock = { now: Date.parse("2026-11-21T10:00:01Z") };
  const entries: BusEntry[] = [];
  const cursors = new Map<string, string>();
  const observed = memoryObservation();
  const ports: SchedulePorts = {
    cursors: {
      read: async (name, timing) => cursors.get(`${name} ${timing}`),
      write: async (name, timing, last) => {
        const key = `${name} ${timing}`;
        if (last > (cursors.get(key) ?? "")) cursors.set(key, last);
      },
    },
    bus: {
      async publish(given) {
        entries.push(...given);
        return [];
      },
    },
    now: () => clock.now,
    ...observed,
  };
  const message = (scheduledFor: string, more: Partial<OccurrenceMessage["schedule"]> = {}) => ({
    schedule: {
      name: "hours",
      expression: "cron(0 * * * ? *)",
      timeZone: "UTC",
      missed: "all" as const,
      data: { city: "Ulm" },
      event: { name: "hour.struck", version: 2 },
      ...more,
    },
    scheduledFor,
  });
  return {
    clock,
    entries,
    ports,
    counts: observed.counts,
    publish: (scheduledFor: string, more?: Partial<OccurrenceMessage["schedule"]>) =>
      publishDue(message(scheduledFor, more), ports),
    published: () => entries.map(({ Detail }) => JSON.parse(Detail).scheduledFor.slice(11, 16)),
  };
}

let hours: ReturnType<typeof setUp>;
beforeEach(() => {
  hours = setUp();
});

test("an occurrence is one event with an id of its own, however often it is delivered", async () => {
  await hours.publish("2026-11-21T10:00:00Z");
  await hours.publish("2026-11-21T10:00:00Z");
  expect(hours.entries).toEqual([
    {
      Source: "hours",
      DetailType: "hour.struck",
      Time: new Date("2026-11-21T10:00:00Z"),
      Detail: JSON.stringify({
        city: "Ulm",
        scheduledFor: "2026-11-21T10:00:00Z",
        millrace: {
          id: "hours/2026-11-21T10:00:00Z",
          subject: "hours",
          version: 2,
          time: "2026-11-21T10:00:00Z",
        },
      }),
    },
  ]);
});

describe("missed occurrences", () => {
  test("are published with the next one, each by its own id, and once in any order", async () => {
    await hours.publish("2026-11-21T06:00:00Z");
    await hours.publish("2026-11-21T09:00:00Z");
    await hours.publish("2026-11-21T08:00:00Z");
    await hours.publish("2026-11-21T10:00:00Z");
    expect(hours.published()).toEqual(["06:00", "07:00", "08:00", "09:00", "10:00"]);
    expect(hours.counts.get("OccurrencesMissed")).toBe(2);
  });

  test("are only the newest if that is the policy", async () => {
    await hours.publish("2026-11-21T06:00:00Z", { missed: "last" });
    expect(hours.published()).toEqual(["10:00"]);
    for (const time of ["07", "10", "08"])
      await hours.publish(`2026-11-21T${time}:00:00Z`, { missed: "last" });
    expect(hours.published()).toEqual(["10:00"]);
    hours.clock.now += 3_600_000;
    await hours.publish("2026-11-21T11:00:00Z", { missed: "last" });
    expect(hours.published()).toEqual(["10:00", "11:00"]);
  });

  test("are none if the schedule had another timing before", async () => {
    await hours.publish("2026-11-21T06:00:00Z");
    await hours.publish("2026-11-21T10:00:00Z", { timeZone: "Europe/Berlin" });
    expect(hours.published()).toEqual(["06:00", "10:00"]);
  });

  test("of a long time are published in batches, and continue after a crash", async () => {
    await hours.publish("2026-10-21T10:00:00Z");
    const { bus } = hours.ports;
    const broken = { ...bus, publish: async () => [0] };
    Object.assign(hours.ports, { bus: broken });
    await expect(hours.publish("2026-11-21T10:00:00Z")).rejects.toThrow(/rejected .* occurrences of hours/);
    Object.assign(hours.ports, { bus });
    expect(await hours.publish("2026-11-21T10:00:00Z")).toBe("more");
    expect(await hours.publish("2026-11-21T10:00:00Z")).toBe("published");
    expect(hours.entries).toHaveLength(1 + 31 * 24);
    expect(new Set(hours.entries.map(({ Detail }) => Detail)).size).toBe(1 + 31 * 24);
  });
});
