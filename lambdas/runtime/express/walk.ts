import type { GroupedStep } from "../../../lib/contract/groups/group.ts";
import { fitsInItem } from "../completion/fit-output.ts";
import { bytesOf } from "../payload/parts.ts";
import type { SuccessOfRun } from "../ports/claims.ts";
import type { Invocation } from "../work/effect.ts";
import type { Begun } from "../work/group/begun.ts";
import { inputOf } from "../work/group/fill.ts";
import { LONGEST_ANSWER } from "../work/group/walk.ts";
import { type GroupWorker, type WalkPorts, walkSteps } from "../work/group/walk-steps.ts";
import type { WorkOutcome } from "../work/outcome.ts";
import type { WorkPorts } from "../work/ports.ts";
import { endExpress } from "./end.ts";
import type { ExpressGroupMessage } from "./message.ts";
import type { ExpressEnds } from "./ports.ts";

/**
 * Does the work of a run without an execution. When every step is done, the run ends. What only a state
 * machine can do (a delayed retry, an approval, a wait, undoing, ending the run), an execution does. It
 * learns from the claims how far the run has come.
 */
export async function walkExpress(
  message: ExpressGroupMessage,
  workerOf: (step: GroupedStep) => GroupWorker,
  invocation: Invocation,
  ports: WalkPorts & Pick<WorkPorts, "artifacts" | "log">,
  ends: ExpressEnds,
  begun?: Begun,
): Promise<WorkOutcome> {
  const { id, epoch } = message.run;
  let failed: string | undefined;
  const worker = (step: GroupedStep): GroupWorker => {
    const { ports: own, ...rest } = workerOf(step);
    const executions = { ...own.executions, fail: noted((why) => (failed = why)) };
    return { ...rest, ports: { ...own, executions } };
  };
  const successOf = (results: readonly unknown[]) => successWith(message, results);
  const walked = await walkSteps(message, worker, invocation, ports, { begun, successOf });
  if ("results" in walked) {
    if (!walked.hasEnded) return await finish(message, walked.results, ports, ends);
    ports.log.info("The run succeeded.", { run: id, epoch });
    return ENDED;
  }
  const needed = failed === undefined ? walked : handedOver(failed, ports);
  if (needed.kind === "handed over") await ends.handOver(id, epoch, needed.why, needed.at);
  return needed;
}

const ENDED = { kind: "reported", answer: "success", delivered: true } as const;

function outputOf({ group, express }: ExpressGroupMessage, results: readonly unknown[]): unknown {
  return inputOf(express.output, group, results) ?? null;
}

/** The end of the run that is written with its last step. A larger output is stored in the bucket before it. */
function successWith(message: ExpressGroupMessage, results: readonly unknown[]): SuccessOfRun | undefined {
  const { run, entered } = message;
  const output = outputOf(message, results);
  if (!fitsInItem(output)) return undefined;
  return { run: run.id, epoch: run.epoch, acceptedAt: entered, output };
}

async function finish(
  message: ExpressGroupMessage,
  results: readonly unknown[],
  ports: Pick<WorkPorts, "now" | "artifacts" | "log">,
  { runs, handOver }: ExpressEnds,
): Promise<WorkOutcome> {
  const { run } = message;
  const output = outputOf(message, results);
  const bytes = bytesOf(output);
  if (bytes <= LONGEST_ANSWER) {
    await endExpress({ run: run.id, epoch: run.epoch, acceptedAt: message.entered }, output, {
      ...ports,
      runs,
    });
    return ENDED;
  }
  const needed = handedOver(`the output has ${bytes} bytes`, ports);
  await handOver(run.id, run.epoch, needed.why, needed.at);
  return needed;
}

function handedOver(why: string, { now }: Pick<WorkPorts, "now">) {
  return { kind: "handed over" as const, why, at: now() };
}

/** No state waits for a failure: the run is handed over because of it. */
function noted(note: (why: string) => void): WorkPorts["executions"]["fail"] {
  return async (_token, _error, cause) => {
    const { path, name } = JSON.parse(cause) as { path: string; name: string };
    note(`${path} failed with ${name}`);
    return "delivered";
  };
}
