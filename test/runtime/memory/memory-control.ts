import * as z from "zod";
import type { Commands, ControlPorts, Controls, Waiting } from "../../../lambdas/runtime/control/ports.ts";
import { defineBreaker } from "../../../lib/contract/breaker.ts";
import { commandKey, controlKey, settingsKey } from "../../../lib/contract/keys/control.ts";
import { shardsOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import { stepSettings } from "../../../lib/contract/settings/attempts.ts";
import type { SettingsCatalogue } from "../../../lib/contract/settings/catalogue.ts";
import { breakerSettings, limitSettings, workflowSettings } from "../../../lib/contract/settings/declared.ts";
import { defineSharedLimit } from "../../../lib/contract/shared-limit.ts";
import { defineStep } from "../../../lib/contract/step.ts";
import type {
  CommandItem,
  ControlItem,
  DeferredItem,
  DeployedQueueItem,
  RunItem,
  SettingsItem,
} from "../../../lib/contract/table.ts";
import type { CompletionHarness } from "../completion/completion-harness.ts";
import type { memory } from "./memory.ts";
import { memoryDeadLetters } from "./memory-dead-letters.ts";
import { memoryReplays } from "./memory-replays.ts";

/** Commands, subscriber states and deferred messages, over the items of `memory`. */
export function memoryControl(state: ReturnType<typeof memory>) {
  const commands: Commands = {
    find: async (key) => state.get(commandKey(key)) as CommandItem | undefined,
    async keep(command) {
      if (!state.get(command)) state.write(command);
      return state.get(command) as CommandItem;
    },
  };
  const controls: Controls = {
    read: async (target, name) => state.get(controlKey(target, name)) as ControlItem | undefined,
    settings: async (target, name, revision) =>
      state.get(settingsKey(target, name, revision)) as SettingsItem | undefined,
    async change(target, name, transition, also) {
      const key = controlKey(target, name);
      const fresh = {
        ...key,
        kind: "control",
        target,
        name,
        revision: 0,
        changedAt: "",
        expiresAt: 0,
      } as const;
      const before = (state.get(key) as ControlItem | undefined) ?? fresh;
      const after = transition(before);
      if (after !== before) {
        if (also) state.keepCommand(also.command(after));
        state.write(after);
        if (also?.settings) state.write(also.settings(after));
      }
      return (state.get(key) as ControlItem | undefined) ?? fresh;
    },
  };
  const deferred = () => state.all().filter((item): item is DeferredItem => item.kind === "deferred");
  const waiting: Waiting = {
    deferredOfRun: async (run, reason, limit) =>
      deferred()
        .filter((item) => item.run === run && (reason === undefined || item.reason === reason))
        .slice(0, limit),
    deferredOfWorkflow: async (workflow, reason, limit) =>
      deferred()
        .filter((item) => item.workflow === workflow && item.reason === reason)
        .slice(0, limit),
    heldRuns: async (workflow, until, limit) =>
      state
        .all()
        .filter(
          (item): item is RunItem =>
            item.kind === "run" && shardsOf(`held#${workflow}`).includes(item.due ?? ""),
        )
        .filter(({ acceptedAt }) => acceptedAt <= until)
        .sort((a, b) => (a.acceptedAt < b.acceptedAt ? -1 : 1))
        .map(({ run }) => run)
        .slice(0, limit),
    acceptedRuns: async (workflow, limit) =>
      state
        .all()
        .filter((item): item is RunItem => item.kind === "run" && item.workflow === workflow)
        .filter(({ status }) => status === "accepted")
        .slice(0, limit),
    overdueDeferred: async (time, limit) =>
      deferred()
        .filter(({ dueAt }) => dueAt !== undefined && dueAt <= time)
        .slice(0, limit),
  };
  return { commands, controls, waiting };
}

/** The settings of the deployed workflow. */
export const SETTINGS: SettingsCatalogue = {
  workflow: {
    w: [
      ...workflowSettings({ name: "w", perKey: { starts: 10, per: "1 minute" }, mostHops: 32 }),
      ...stepSettings([
        defineStep("draw", {
          input: z.string(),
          output: z.string(),
          timeout: "1 minute",
          retry: { attempts: 3, most: 10, backoff: "1 second" },
        }),
      ]),
    ],
  },
  subscriber: {},
  breaker: { mail: breakerSettings(defineBreaker("mail")) },
  limit: { "model-calls": limitSettings(defineSharedLimit("model-calls", { atOnce: 10 })) },
};

/** The control function over the state of a completion harness, with what it sent. */
export function controlHarness(harness: CompletionHarness) {
  const { state, ports, clock } = harness;
  const sent: { queueUrl: string; path: string }[] = [];
  const reminded: { message: Parameters<ControlPorts["remind"]>[0]; delay: number }[] = [];
  const forced: string[] = [];
  const resent: { queueUrl: string; body: string }[] = [];
  const failed: { token: string; error: string; cause: string }[] = [];
  const sendBack = (queueUrl: string, body: string) => {
    if (queueUrl.endsWith("/gone")) return false;
    resent.push({ queueUrl, body });
    return true;
  };
  const control: ControlPorts = {
    ...ports,
    ...memoryControl(state),
    deferred: {
      put: async () => true,
      read: async (key) => state.get(key) as DeferredItem | undefined,
      remove: async (item) => state.remove(item),
    },
    stepQueues: {
      send: async (queueUrl, message) => void sent.push({ queueUrl, path: (message as StepMessage).path }),
      count: async () => 0,
    },
    remind: async (message, delay) => void reminded.push({ message, delay }),
    forceBreaker: async (breaker, to) => void forced.push(`${breaker} ${to}`),
    quarantineStore: state.quarantineStore,
    deadLetters: memoryDeadLetters(state),
    originQueues: { send: async (queueUrl, body) => sendBack(queueUrl, body) },
    executions: {
      fail: async (token, error, cause) => {
        failed.push({ token, error, cause });
        return "delivered";
      },
    },
    queues: { list: async () => [], read: async () => ({ queueUrl: "q" }) as DeployedQueueItem },
    replays: memoryReplays(),
    settings: SETTINGS,
    workflows: ["w"],
    reactions: ["r"],
    archiveDays: 90,
    retentionDays: 90,
  };
  return { ports: control, sent, resent, failed, reminded, forced, clock };
}
