import type { CallContext, Operation } from "../../kernel/service.ts";
import { activityTopic, type Engine } from "../engine.ts";
import type { Registry } from "../registry.ts";
import { writeToken } from "../tokens.ts";
import { checkArn, checkName } from "./arguments.ts";
import { refusals } from "./errors.ts";
import { OWNED_KEY } from "./machines.ts";

/** GetActivityTask answers without a task after so long, in milliseconds. */
const LONGEST_POLL = 60_000;

export function activityOperations(engine: Engine, registry: Registry): Record<string, Operation> {
  const { kernel, frames, outstanding } = engine;

  async function takeTask(arn: string, worker: string | undefined): Promise<object | undefined> {
    for (let next = outstanding.nextOfActivity(arn); next; next = outstanding.nextOfActivity(arn)) {
      const { execution, frame, nonce } = next;
      const phase = frames.source(execution).frame(frame)?.phase;
      // Another poll may be quicker: then the next task is tried.
      if (!(await engine.post(execution, { kind: "taken", frame, nonce, worker }))) continue;
      const input = phase?.kind === "task" ? JSON.stringify(phase.parameters) : "null";
      return { taskToken: writeToken({ execution, frame, nonce }), input };
    }
    return undefined;
  }

  return {
    CreateActivity(input) {
      const name = checkName(input.name);
      const arn = kernel.arn("states", `activity:${name}`);
      const existing = registry.activity(arn);
      const created = existing?.created ?? kernel.clock.now();
      if (!existing) {
        kernel.store.atomically(() => {
          registry.putActivity({ arn, name, created });
          for (const { key, value } of input.tags ?? []) registry.putTag(arn, key, value);
        });
      }
      return { activityArn: arn, creationDate: created / 1000 };
    },

    DescribeActivity(input) {
      const arn = checkArn(input, "activityArn", "activity");
      const row = registry.activity(arn);
      if (!row) throw refusals.noActivity(arn);
      return {
        activityArn: arn,
        name: row.name,
        creationDate: row.created / 1000,
        encryptionConfiguration: OWNED_KEY,
      };
    },

    DeleteActivity(input) {
      const arn = checkArn(input, "activityArn", "activity");
      kernel.store.atomically(() => registry.removeActivity(arn));
      return {};
    },

    async GetActivityTask(input, context: CallContext) {
      const arn = checkArn(input, "activityArn", "activity");
      if (!registry.activity(arn)) throw refusals.noActivity(arn);
      const end = kernel.clock.now() + LONGEST_POLL;
      while (!context.signal?.aborted) {
        const task = await takeTask(arn, input.workerName);
        if (task) return task;
        if (kernel.clock.now() >= end) break;
        await somethingHappens(arn, end, context.signal);
      }
      return {};
    },
  };

  /** Resolves when the activity has a task, when the poll's time is over, or when no poll waits any longer. */
  function somethingHappens(arn: string, end: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        unsubscribe();
        cancel();
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const unsubscribe = kernel.signals.on(activityTopic(arn), done);
      const cancel = kernel.clock.at(end, done);
      signal?.addEventListener("abort", done, { once: true });
    });
  }
}
