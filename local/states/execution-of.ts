import { remembered } from "../kernel/remembered.ts";
import type { Machine } from "./definition.ts";
import { parseData } from "./numbers.ts";
import type { Execution } from "./run.ts";
import type { ExecutionRow } from "./storage/executions.ts";

/** Each advance reads the input, which no state changes. */
const inputFrom = remembered(100, (text): unknown => parseData(text));

/** A stored execution as its states see it. */
export function executionOf(row: ExecutionRow, machine: Machine): Execution {
  return {
    id: row.id,
    arn: row.arn,
    name: row.name,
    type: row.type,
    machineArn: row.machine,
    machineName: row.machine.split(":")[6]!,
    roleArn: row.role,
    machine,
    input: inputFrom(row.input),
    started: row.started,
    redriveCount: row.redrives,
    redriven: row.redriven,
  };
}
