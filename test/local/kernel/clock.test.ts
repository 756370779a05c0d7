import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { realClock } from "../../../local/kernel/clock.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

/** When a wake at `time` happened by the clock, unless it was cancelled. */
function wakeAt(time: number) {
  const woken: number[] = [];
  const cancel = realClock().at(time, () => woken.push(Date.now()));
  return { woken, cancel };
}

test("it wakes once at a time, also one that is weeks away or over", () => {
  const later = wakeAt(START + 1000 * HOUR);
  const over = wakeAt(START - HOUR);
  vi.advanceTimersByTime(1001 * HOUR);
  expect([later.woken, over.woken]).toEqual([[START + 1000 * HOUR], [START]]);
});

test("a cancelled wake does not happen, also after its timer was set again", () => {
  const { woken, cancel } = wakeAt(START + HOUR);
  vi.advanceTimersByTime(HOUR / 2);
  cancel();
  vi.advanceTimersByTime(HOUR);
  expect(woken).toEqual([]);
});

test("it does not wake before the clock shows the time", () => {
  const { woken } = wakeAt(START + 1000);
  vi.setSystemTime(START - 1);
  vi.advanceTimersByTime(2000);
  expect(woken).toEqual([START + 1000]);
});

test("it wakes within a minute after the machine slept", () => {
  const { woken } = wakeAt(START + 3 * HOUR);
  vi.advanceTimersByTime(1000);
  vi.setSystemTime(START + 4 * HOUR);
  vi.advanceTimersByTime(60_000);
  expect(woken).toHaveLength(1);
});
