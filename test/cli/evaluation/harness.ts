import * as z from "zod";
import { prepareCases } from "../../../bin/evaluation/prepare.ts";
import { type EvaluationPorts, runCases } from "../../../bin/evaluation/run-cases.ts";
import type { RunDetails } from "../../../lambdas/runtime/ports/readers.ts";
import { openBudget } from "../../../lib/contract/budget.ts";
import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { ApprovalItem, ClaimItem, LogItem, RunItem } from "../../../lib/contract/table.ts";
import { casesIn } from "../../../lib/evaluation/case.ts";
import { defineEvaluation, type Evaluation } from "../../../lib/evaluation/evaluation.ts";
import type { CaseOutcome } from "../../../lib/evaluation/report.ts";
import { exactMatch } from "../../../lib/evaluation/scorers.ts";
import { defineEvent, defineStep, defineWorkflow } from "../../../lib/index.ts";
import { runItem, seconds } from "../../runtime/relay/log-items.ts";

const schema = z.object({ n: z.number() });
const Counted = defineEvent("number.counted", { version: 1, schema });
const double = defineStep("double", { input: schema, output: z.number(), timeout: "1 minute" });
const workflow = defineWorkflow("double-number", { on: Counted, run: (w, given) => w.step(double, given) });

/** What became of the run of an event. */
export interface Ending {
  /** Milliseconds from its event to its end. */
  after?: number;
  run?: Partial<RunItem>;
  claims?: ClaimItem[];
  approvals?: ApprovalItem[];
}

/** A deployed workflow that doubles a number; `endingOf` says how a run ends. */
export function deployed(endingOf: (n: number) => Ending = () => ({}), more: Partial<Evaluation> = {}) {
  const evaluation = {
    ...defineEvaluation("doubles", { workflow, cases: "set.jsonl", scorers: [exactMatch()] }),
    ...more,
  };
  let time = Date.parse(seconds(0));
  const sent: Pick<Envelope, "id" | "name" | "data">[] = [];
  const runs = new Map<string, { since: number; n: number }>();
  const others = new Map<string, RunDetails>();
  const logs = new Map<string, LogItem[]>();
  const decided: [string, boolean][] = [];
  const progress: CaseOutcome[] = [];
  let open = 0;
  let mostOpen = 0;

  const detailsOf = (id: string): RunDetails | undefined => {
    const known = runs.get(id);
    if (!known) return others.get(id);
    const { after = 1_000, run, claims = [], approvals = [] } = endingOf(known.n);
    const isOver = time >= known.since + after;
    const ended = { status: "succeeded", endedAt: at(known.since + after), output: 2 * known.n } as const;
    const spent = { usd: 0.01, tokens: 10 };
    const item = runItem(1, 0, {
      run: id,
      workflow: "double-number",
      acceptedAt: at(known.since),
      budget: { ...openBudget(), spent },
      ...(isOver ? { ...ended, ...run } : { status: "running" }),
    });
    return {
      run: item,
      claims,
      approvals: approvals.filter(({ path }) => !decided.some(([one]) => one === path)),
    };
  };

  const ports: EvaluationPorts = {
    async publish({ name }, data, saying) {
      const event = { name, id: saying!.id!, data: data as Record<string, unknown> };
      sent.push(event);
      mostOpen = Math.max(mostOpen, ++open);
      runs.set(idOf.get(event.id)!, { since: time, n: event.data.n as number });
      return event.id;
    },
    read: async (run) => detailsOf(run),
    log: async (run) => logs.get(run) ?? [],
    restore: async (value) => value,
    async decide({ path }, approved) {
      decided.push([path, approved]);
    },
    judge: async () => ({ score: 1 }),
    now: () => time,
    async sleep(milliseconds) {
      // All that wait at a time wait together.
      const until = time + milliseconds;
      await new Promise((resolve) => setImmediate(resolve));
      time = Math.max(time, until);
    },
  };
  const idOf = new Map<string, string>();
  return {
    sent,
    others,
    logs,
    decided,
    progress,
    ports,
    evaluation,
    mostOpen: () => mostOpen,
    async evaluate(set: object[], experiment = "one") {
      const cases = casesIn(set.map((one) => JSON.stringify(one)).join("\n"), "set");
      const prepared = await prepareCases(evaluation, cases, experiment);
      for (const { event, run } of prepared) idOf.set(event, run);
      const ended = await runCases(evaluation, prepared, ports, (outcome) => {
        open--;
        progress.push(outcome);
      });
      return ended.map(({ outcome }) => outcome);
    },
  };
}

function at(time: number): string {
  return new Date(time).toISOString();
}
