import { join } from "node:path";
import { runId } from "../../lib/contract/runs/run-id.ts";
import { observeCalls } from "../calls.ts";
import { BENCH_APP, onStage, synthesizeInto } from "../harness.ts";
import type { Contender, StartContender } from "./contender.ts";

const ENDINGS = new Set(["run.succeeded", "run.failed", "run.timed-out", "run.terminated"]);

/**
 * The whole local path: PutEvents over HTTP by the SDK, rule, queue, intake, state machine, a queue and a function for
 * each step, table, stream, relay. A run has ended when its end is on the bus.
 */
export const startMillrace: StartContender = (folder) => start(folder, BENCH_APP);

/** The same with the six steps in one pool, and so in one message: one function and one queue, up to ten messages in an invocation. */
export const startMillracePool: StartContender = (folder) => start(folder, `${BENCH_APP} with-pool`);

/** The pool without an event on the bus for each step. */
export const startMillracePoolLogged: StartContender = (folder) =>
  start(folder, `${BENCH_APP} with-pool-logged`);

/** The pool without an execution: an express workflow. */
export const startMillraceExpress: StartContender = (folder) => start(folder, `${BENCH_APP} express`);

/** The express workflow without an event on the bus for each step. */
export const startMillraceExpressLogged: StartContender = (folder) =>
  start(folder, `${BENCH_APP} express-logged`);

/** The same with up to fifty messages in an invocation, which wait a second for others. */
export const startMillraceExpressLogged50: StartContender = (folder) =>
  start(folder, `${BENCH_APP} express-logged-50`);

/** The same with steps that are safe to repeat: their results within a second are written together. */
export const startMillraceExpressRepeatable: StartContender = (folder) =>
  start(folder, `${BENCH_APP} express-repeatable`, REPEATED);

/** The pool with a message for each step. */
export const startMillraceApart: StartContender = (folder) => start(folder, `${BENCH_APP} with-pool-apart`);

const DURABILITY =
  "the answer to each AWS call is used after an fdatasync that covers it (calls of one moment share one)";
const REPEATED = `${DURABILITY}; a step's result is written within a second, and the step runs again if it is lost`;

async function start(folder: string, app: string, durability = DURABILITY): Promise<Contender> {
  const assembly = join(folder, "assembly");
  await synthesizeInto(assembly, app);
  const waiting = new Map<string, () => void>();
  const started = Promise.withResolvers<(id: string) => Promise<void>>();
  const stopping = Promise.withResolvers<void>();

  const stage = onStage(assembly, join(folder, "data"), async ({ cloud, publish }) => {
    observeCalls(cloud.kernel, ({ service, operation, input, error }) => {
      if (error) return;
      if (service !== "events" || operation !== "PutEvents") return;
      for (const { DetailType, Detail } of input.Entries) {
        if (!ENDINGS.has(DetailType)) continue;
        if (DetailType !== "run.succeeded") throw new Error(`A run did not succeed: ${Detail}`);
        const { run } = JSON.parse(Detail);
        waiting.get(run)?.();
      }
    });
    started.resolve(async (id) => {
      const run = runId("bench-six", "bench.requested", id);
      const ended = new Promise<void>((resolve) => waiting.set(run, resolve));
      await publish("bench.requested", [{ id }]);
      await ended;
      waiting.delete(run);
    });
    await stopping.promise;
  });
  stage.catch(started.reject);
  return {
    durability,
    run: await started.promise,
    async stop() {
      stopping.resolve();
      await stage;
    },
  };
}
