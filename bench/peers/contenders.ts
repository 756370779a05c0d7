import type { StartContender } from "./contender.ts";

const millrace = () => import("./millrace.ts");
const bullmq = () => import("./bullmq.ts");

/**
 * In the order in which each round measures them. The code of one is loaded only where that one is measured: what a process
 * has loaded, it has to look through when it collects garbage.
 */
export const CONTENDERS: Record<string, StartContender> = {
  Millrace: async (folder) => (await millrace()).startMillrace(folder),
  "Millrace, a pool, each step apart": async (folder) => (await millrace()).startMillraceApart(folder),
  "Millrace, a pool, steps in one message": async (folder) => (await millrace()).startMillracePool(folder),
  "Millrace, a pool, steps in one message, only logged": async (folder) =>
    (await millrace()).startMillracePoolLogged(folder),
  "Millrace, express": async (folder) => (await millrace()).startMillraceExpress(folder),
  "Millrace, express, steps only logged": async (folder) =>
    (await millrace()).startMillraceExpressLogged(folder),
  "Millrace, express, steps only logged, batches of 50": async (folder) =>
    (await millrace()).startMillraceExpressLogged50(folder),
  "Millrace, the same, steps safe to repeat": async (folder) =>
    (await millrace()).startMillraceExpressRepeatable(folder),
  "Restate server": async (folder) => (await import("./restate.ts")).startRestate(folder),
  "BullMQ, a queue per step": async (folder) => (await bullmq()).startBullmqQueues(folder),
  "BullMQ, steps in one job": async (folder) => (await bullmq()).startBullmqSteps(folder),
  DBOS: async (folder) => (await import("./dbos.ts")).startDbos(folder),
  "pg-boss, a queue per step": async (folder) => (await import("./pg-boss.ts")).startPgBoss(folder),
  "aws-local-stepfunctions": async (folder) =>
    (await import("./stepfunctions.ts")).startStepFunctions(folder),
};
