import { expect, test } from "vitest";
import * as z from "zod";
import { refuseEnded, signalOf } from "../../bin/commands/signal.ts";
import { defineEvent, defineStep, defineWorkflow } from "../../lib/index.ts";

const Wanted = defineEvent("film.wanted", { version: 1, schema: z.object({}) });
const Noted = defineEvent("film.noted", { version: 1, schema: z.object({ note: z.string() }) });
const make = defineStep("make", { input: z.object({}), output: z.null(), timeout: "1 minute" });
const makeFilm = defineWorkflow("make-film", {
  on: Wanted,
  run: (w) => {
    w.waitForSignal(Noted);
    w.step(make, {});
  },
});
const run = { run: "make-film-x", workflow: "make-film", status: "running" } as const;

test("the contract of a signal is that for which runs of the workflow wait", () => {
  expect(signalOf(run, "film.noted", [makeFilm])).toBe(Noted);
  expect(() => signalOf(run, "film.cut", [makeFilm])).toThrow(
    'Run make-film-x receives no "film.cut". Runs of make-film wait for: film.noted.',
  );
  expect(() => signalOf(run, "film.noted", [])).toThrow("No definition of the workflow");
});

test("a signal to a run that has ended is refused, with the reason", () => {
  expect(() => refuseEnded(run)).not.toThrow();
  expect(() => refuseEnded({ ...run, status: "succeeded" })).toThrow(
    "Run make-film-x has ended (succeeded) and receives no more signals. Nothing was sent.",
  );
});
