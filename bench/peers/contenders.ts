import { startBullmqQueues, startBullmqSteps } from "./bullmq.ts";
import type { StartContender } from "./contender.ts";
import { startDbos } from "./dbos.ts";
import {
  startMillrace,
  startMillraceApart,
  startMillraceExpress,
  startMillraceExpressLogged,
  startMillraceExpressLogged50,
  startMillracePool,
  startMillracePoolLogged,
} from "./millrace.ts";
import { startPgBoss } from "./pg-boss.ts";
import { startRestate } from "./restate.ts";
import { startStepFunctions } from "./stepfunctions.ts";

/** In the order in which each round measures them. */
export const CONTENDERS: Record<string, StartContender> = {
  Millrace: startMillrace,
  "Millrace, a pool, each step apart": startMillraceApart,
  "Millrace, a pool, steps in one message": startMillracePool,
  "Millrace, a pool, steps in one message, only logged": startMillracePoolLogged,
  "Millrace, express": startMillraceExpress,
  "Millrace, express, steps only logged": startMillraceExpressLogged,
  "Millrace, express, steps only logged, batches of 50": startMillraceExpressLogged50,
  "Restate server": startRestate,
  "BullMQ, a queue per step": startBullmqQueues,
  "BullMQ, steps in one job": startBullmqSteps,
  DBOS: startDbos,
  "pg-boss, a queue per step": startPgBoss,
  "aws-local-stepfunctions": startStepFunctions,
};
