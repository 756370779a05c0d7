import type { RunSummary } from "../src/api/types.ts";
import { chance, id, oneOf } from "./random.ts";

const EVERY = 37_000;
const ERRORS = [
  ["CardDeclined", "take-payment"],
  ["OutOfStock", "hold-stock"],
  ["ModelOverloaded", "write-script"],
  ["EncoderFailed", "render-film"],
] as const;

/** The newest runs have the states that tests and pages need. */
const CAST: Partial<RunSummary>[] = [
  { workflow: "produce-video", status: "running", key: "tides" },
  { workflow: "produce-video", status: "running", key: "volcanoes" },
  { workflow: "fulfil-order", status: "running", key: "o-4711", stuck: true },
  {
    workflow: "fulfil-order",
    status: "failed",
    key: "o-4710",
    error: "CardDeclined",
    failedStep: "take-payment",
  },
  { workflow: "produce-video", status: "running", key: "glaciers", paused: true },
  {
    workflow: "fulfil-order",
    status: "compensating",
    key: "o-4709",
    error: "OutOfStock",
    failedStep: "hold-stock",
  },
  { workflow: "fulfil-order", status: "running", key: "o-4708" },
];
/** The story of each of them. */
export const ROLE = {
  rendering: 0,
  asking: 1,
  stuck: 2,
  failed: 3,
  paused: 4,
  compensating: 5,
  waiting: 6,
} as const;

/**
 * The run of a number, 0 the newest. The same for the same number and time of start, so that none is stored.
 */
export function runOf(number: number, started: number): RunSummary {
  const workflow = chance("workflow", number) < 0.4 ? "produce-video" : "fulfil-order";
  const fate = chance("fate", number);
  const status =
    fate < 0.93 ? "succeeded" : fate < 0.975 ? "failed" : fate < 0.99 ? "terminated" : "timed-out";
  const accepted = started - 20_000 - number * EVERY;
  const failed = status === "failed";
  const [error, failedStep] = oneOf(
    ERRORS.filter(([, step]) => (workflow === "produce-video") === /script|film/.test(step)),
    "error",
    number,
  );
  const cast = CAST[number];
  const summary: RunSummary = {
    run: "",
    workflow,
    epoch: chance("epoch", number) < 0.03 ? 2 : 1,
    status,
    key:
      workflow === "produce-video"
        ? oneOf(["tides", "volcanoes", "glaciers", "bees"], "key", number)
        : `o-${4711 - number}`,
    acceptedAt: new Date(accepted).toISOString(),
    ...(failed && { error, failedStep }),
    cost: { usd: Math.round(chance("cost", number) * 4_000) / 100_000 },
    ...cast,
  };
  const open = ["accepted", "running", "closing", "compensating"].includes(summary.status);
  return {
    ...summary,
    run: `${summary.workflow}-${id(20, "run", number)}`,
    ...(!open && {
      endedAt: new Date(accepted + 8_000 + Math.floor(chance("took", number) * 120_000)).toISOString(),
    }),
  };
}

export interface RunWanted {
  workflow?: string;
  status?: string;
  key?: string;
  error?: string;
  step?: string;
  from?: string;
  to?: string;
  text?: string;
}

export function isWanted(run: RunSummary, wanted: RunWanted): boolean {
  const { workflow, status, key, error, step, from, to, text } = wanted;
  return (
    (!workflow || run.workflow === workflow) &&
    (!status || (status === "open" ? run.endedAt === undefined : run.status === status)) &&
    (!key || run.key === key) &&
    (!error || (run.error ?? "").toLowerCase().includes(error.toLowerCase())) &&
    (!step || run.failedStep === step) &&
    (!from || run.acceptedAt >= from) &&
    (!to || run.acceptedAt <= to) &&
    (!text || run.run.includes(text) || (run.key ?? "").includes(text))
  );
}
