import { giveUp, worker } from "../../../../lambdas/runtime/index.ts";
import { reserveSeat, SeatReserved } from "./definitions.ts";

/** The first attempt of each trip finds the line busy. */
export const handler = worker(reserveSeat, async ({ trip, full }, { attempt, emit, log, traceparent }) => {
  log.info("Asking for a seat.", { trip });
  if (full) throw giveUp("there is no seat left");
  if (attempt === 1) throw new Error("the line is busy");
  await emit(SeatReserved, { trip });
  return { traceparent: traceparent! };
});
