import { afterEach, expect, test } from "vitest";
import type { HandlerFactory } from "../../../local/simulate.ts";
import { checkScene } from "../../../workflows/video/steps.ts";
import { workerOf } from "../own-code.ts";
import { type VideoApp, videoApp } from "./app.ts";
import { attend } from "./invariants.ts";

let app: VideoApp;
afterEach(async () => await app.cloud.close());

/** A worker that loses its first message: acknowledges it, and does nothing. */
function losing(real: HandlerFactory): HandlerFactory {
  let lost = false;
  return async (given) => {
    const handler = await real(given);
    return async (event: unknown, context: unknown) => {
      if (lost) return await (handler as (...of: unknown[]) => unknown)(event, context);
      lost = true;
      return { batchItemFailures: [] };
    };
  };
}

test("a step's message that is lost is sent again, and its run continues", async () => {
  app = await videoApp({
    handlers: { "check-scene": losing(workerOf(checkScene, () => ({ confidence: 0.9, findings: [] }))) },
  });
  await app.send("film");
  await app.cloud.advance("50 minutes");
  expect((await app.run("film"))!.run.status).toBe("running");
  await attend(app, ["film"], 4);
  expect((await app.run("film"))!.run.status).toBe("succeeded");
  expect(app.reports).toEqual([]);
});
