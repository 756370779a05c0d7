import { expect, test } from "vitest";
import { Alarm } from "../../../local/kernel/alarm.ts";
import { virtualClock } from "../../../local/kernel/clock.ts";

function alarm() {
  const clock = virtualClock(0);
  const woken: number[] = [];
  const it = new Alarm(clock, () => woken.push(clock.now()));
  const pass = (until: number) => {
    while (clock.now() < until) clock.advanceTo(until);
  };
  return { it, clock, woken, pass };
}

test("it fires at the start, and then at the earliest requested time", () => {
  const { it, woken, pass } = alarm();
  it.start();
  it.by(30);
  it.by(20);
  it.by(25);
  it.by(null);
  pass(100);
  expect(woken).toEqual([0, 20]);
  it.by(110);
  pass(200);
  expect(woken).toEqual([0, 20, 110]);
});

test("it does not fire before its start or after its stop", () => {
  const { it, clock, woken, pass } = alarm();
  it.by(10);
  pass(20);
  it.start();
  it.by(30);
  it.stop();
  it.by(40);
  pass(100);
  expect([woken, clock.next()]).toEqual([[20], undefined]);
});
