import { Command } from "commander";
import type { FailedAttempt, RunDetails } from "../../lambdas/runtime/ports.ts";
import type { ClaimItem, Compensation, Order } from "../../lib/contract/table.ts";
import { UsageError } from "../explain.ts";
import { between, print, tabulate } from "../format.ts";
import { effectOf } from "../progress.ts";
import { connect } from "../session.ts";

export function run(): Command {
  return new Command("run")
    .description("show one run: its steps, attempts, timings and errors")
    .argument("<run>", "the run's id, as listed by runs")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { reader } = await connect(command);
      const details = await reader.run(id);
      if (!details) throw new UsageError(unknownRun(id));
      const failed = details.run.execution ? await reader.failedAttempts(details.run.execution) : [];
      print(describe(details, failed, Date.now()));
    });
}

export function unknownRun(id: string): string {
  return `There is no run "${id}". List them with "millrace runs".`;
}

function describe({ run, claims, approvals }: RunDetails, failed: FailedAttempt[], now: number): string {
  const steps = claims.map((claim) => [
    effectOf(claim),
    standingOf(claim),
    String(claim.attempt),
    claim.startedAt,
    between(claim.startedAt, claim.endedAt, now),
  ]);
  const questions = approvals.map(({ path, state, decision, level, askedAt, decidedAt }) => [
    path,
    decision ? (decision.approved ? "approved" : "rejected") : state,
    String(level),
    askedAt,
    `${between(askedAt, decidedAt, now)}${decision ? `, by ${decision.decidedBy}${decision.note ? `: ${decision.note}` : ""}` : ""}`,
  ]);
  return [
    `${run.run}  ${run.status}  ${between(run.acceptedAt, run.endedAt, now)}`,
    `started by ${run.event.name} ${run.event.id} from ${run.event.source} at ${run.acceptedAt}`,
    ...(run.epoch > 1 ? [`epoch ${run.epoch}, tried again ${saidBy(run.retried)}`] : []),
    ...(run.execution ? [`execution ${run.execution}`] : []),
    ...(run.held ? ["held back, since its workflow is paused"] : []),
    ...(run.paused ? [`paused ${saidBy(run.paused)}`] : []),
    ...(run.terminated ? [`terminated ${saidBy(run.terminated)}`] : []),
    ...(run.compensation ? [compensated(run.compensation)] : []),
    "",
    tabulate(["STEP", "STATE", "ATTEMPT", "STARTED", "TOOK"], [...steps, ...questions]),
    ...(failed.length > 0 ? ["", "Failed attempts:"] : []),
    ...failed.map(
      ({ path, attempt, at, name, message }) => `  ${at}  ${path}, attempt ${attempt}: ${name}: ${message}`,
    ),
    ...(run.failure ? ["", `The run ${run.status}: ${run.failure.error}`, `  ${run.failure.cause}`] : []),
    ...(run.output === undefined ? [] : ["", "Output:", JSON.stringify(run.output, null, 2)]),
  ].join("\n");
}

function saidBy(order: Order | undefined): string {
  return order ? `by ${order.by} at ${order.at}: ${order.why}` : "";
}

function compensated({ open, undone, failed }: Compensation): string {
  const so = `${undone} undone${failed > 0 ? `, ${failed} could not be undone` : ""}`;
  return `compensation ${open ? "under way" : "over"}: ${so}`;
}

function standingOf({ state, late, givenUp }: ClaimItem): string {
  if (givenUp && state !== "done") return "given up";
  return late === undefined ? (state ?? "waiting") : "done late";
}
