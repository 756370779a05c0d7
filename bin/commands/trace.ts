import { Command } from "commander";
import { linesOf } from "../../lambdas/runtime/api/views/written-lines.ts";
import type { RawAnswer } from "../../lambdas/runtime/model/answer.ts";
import { readIfThere } from "../../lambdas/runtime/model/artifact-records.ts";
import type { Recorded } from "../../lambdas/runtime/model/records.ts";
import { answer } from "../answer.ts";
import { callsIn, describeTrace, type TracedCall, type TracedContent } from "../describe-trace.ts";
import { findRun } from "../find-run.ts";
import { connect, type Session } from "../session.ts";

/** How long before and after a run lines about it may be written. */
const MARGIN = 60_000;

export function trace(): Command {
  return new Command("trace")
    .description("show the calls of models and tools in a run: prompts, tokens, cost and durations")
    .argument("<run>", "id of the run, or its beginning")
    .option("--step <path>", "only calls of the step at this path")
    .option("--content", "also the prompts and answers, as far as they are stored")
    .action(async (id: string, { step, content }: { step?: string; content?: true }, command: Command) => {
      const session = await connect(command);
      const { run } = await findRun(session, id);
      const lines = await session.logs.lines(await session.logs.groups(), {
        pattern: JSON.stringify(run.run),
        from: Date.parse(run.acceptedAt) - MARGIN,
        until: run.endedAt === undefined ? undefined : Date.parse(run.endedAt) + MARGIN,
      });
      const calls = callsIn(linesOf(run.run, lines)).filter(
        ({ path }) => step === undefined || path === step,
      );
      const shown = content ? await Promise.all(calls.map((call) => withContent(call, session))) : calls;
      answer(command, shown, () =>
        shown.length === 0
          ? "No calls of models in the log lines of this run. Lines are kept for one month and appear some seconds after they are written."
          : describeTrace(shown, run.acceptedAt),
      );
    });
}

/** Records expire with the run, and a call whose answer was lost has none. */
async function withContent(call: TracedCall, { artifacts }: Session): Promise<TracedCall> {
  const stored =
    call.kind === "model" && call.record !== undefined
      ? await readIfThere(artifacts, call.record)
      : undefined;
  if (!stored) return call;
  const { request, answer } = JSON.parse(new TextDecoder().decode(stored)) as Recorded;
  const { instructions, messages = [] } = (request ?? {}) as Partial<TracedContent>;
  const { text, calls } = answer as RawAnswer;
  return { ...call, content: { instructions, messages, answer: text, calls } };
}
