import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../../local/cloud.ts";
import { millrace, start, synthesizeApp, until } from "./harness.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await start(synthesizeApp(), undefined);
}, 120_000);
afterAll(() => cloud.close());

test("a run is started, paused, resumed and terminated by the command line, which says who and why", async () => {
  const payload = JSON.stringify({ videoId: "v", topic: "tides", scenes: 1 });
  const started = await millrace(cloud.endpoint, ["start", "produce-video", "--payload", payload]);
  expect(started).toMatchObject({ code: 0, error: "" });
  const [, run] = /Run (\S+) is requested/.exec(started.out)!;
  const show = async () => (await millrace(cloud.endpoint, ["run", run!])).out;
  await until("the run", async () => ((await show()).includes("running") ? true : undefined));

  const order = (...args: string[]) => millrace(cloud.endpoint, [...args, "--why", "a test", "--as", "ada"]);
  expect((await order("pause", run!)).out).toContain("is paused");
  expect(await show()).toContain("paused by ada");
  expect((await order("pause", run!)).error).toMatch(/is already paused, by ada: a test/);
  expect((await order("resume", run!)).out).toContain("is resumed");
  expect((await order("terminate", run!)).out).toContain("is being terminated");
  const ended = await until("the end", async () => {
    const shown = await show();
    return / terminated /.test(shown.split("\n")[0]!) ? shown : undefined;
  });
  expect(ended).toMatch(/^terminated by ada at \S+: a test$/m);
  expect(ended.match(/a test/g)).toHaveLength(1);
  expect((await order("retry", "unknown")).error.trim()).toBe(
    'There is no run "unknown". "millrace runs" lists them.',
  );
  for (const action of ["redrive", "discard"]) {
    const of = await order("dead-letters", action, "--subscriber", "produce-video");
    expect(of.error.trim()).toBe("No dead letters of produce-video.");
    expect((await order("dead-letters", action, "--all")).error.trim()).toBe("No dead letters.");
  }
}, 120_000);
