import { expect, test } from "vitest";
import { CRASHING, callsOfRun, crash } from "../../test/end-to-end/video/crash.ts";

/**
 * Crashes each function before and after every call that it makes in a run, one crash a run; each run must come out as
 * if nothing had happened. The suite tries a sample of the same.
 *
 *   vitest run --config bench/soak/crashes.config.ts [-t Relay]
 */
test.each(CRASHING)("a crash of %s before or after any of its calls heals", async (name) => {
  const own = (await callsOfRun()).get(name)!;
  expect(own.length).toBeGreaterThan(0);
  for (const [at, operation] of own.entries()) {
    for (const kind of ["crash-before", "crash-after"] as const) {
      await crash({ kind, function: name, on: at + 1 }, operation);
    }
  }
});
