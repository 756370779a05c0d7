import type { CallContext, Operation } from "../../kernel/service.ts";
import type { Engine } from "../engine.ts";
import { describeEvent } from "../history.ts";
import { exceedsLimit } from "../json.ts";
import { redriveStatus } from "../redrive.ts";
import type { Registry } from "../registry.ts";
import type { ExecutionRow } from "../storage/executions.ts";
import {
  checkArn,
  checkName,
  checkOneOf,
  pageSize,
  pageStart,
  pageToken,
  parseJson,
  refuseUnserved,
  required,
} from "./arguments.ts";
import { refusals } from "./errors.ts";
import { targetOf } from "./targets.ts";

/** Of the tokens that ListExecutions takes, in characters. */
const LONGEST_TOKEN = 3_096;

const STATUSES = ["SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"];

/** A closed execution keeps its name for so long, in milliseconds. */
const RETENTION = 90 * 24 * 3_600_000;

export function executionOperations(engine: Engine, registry: Registry): Record<string, Operation> {
  const { kernel, executions } = engine;

  function begin(input: any, sync: boolean, traceHeader: string | undefined): ExecutionRow {
    const machineArn = checkArn(input, "stateMachineArn", "stateMachine");
    const name = input.name === undefined ? kernel.random.uuid() : checkName(input.name);
    const text = input.input === undefined ? "{}" : required(input, "input");
    parseJson(text, refusals.invalidInput);
    if (exceedsLimit(text)) throw refusals.invalidInput("Input exceeds the maximum size of 262144 bytes");
    const { machine, definition, role, version, alias } = targetOf(registry, machineArn, kernel.random);
    if (sync && machine.type !== "EXPRESS") throw refusals.wrongType();
    const arn =
      machine.type === "EXPRESS"
        ? kernel.arn("states", `express:${machine.name}:${name}:${kernel.random.uuid()}`)
        : kernel.arn("states", `execution:${machine.name}:${name}`);
    const existing = executions.byArn(arn);
    if (existing) {
      if (existing.status === "RUNNING" && existing.input === text) return existing;
      if (existing.stopped === null || existing.stopped > kernel.clock.now() - RETENTION) {
        throw refusals.executionExists(arn);
      }
      engine.forget(existing.id);
    }
    const { type } = machine;
    // The header of the request counts before the member of its body.
    const trace = traceHeader ?? input.traceHeader ?? null;
    return engine.begin({
      arn,
      name,
      machine: machine.arn,
      type,
      definition,
      role,
      version,
      alias,
      trace,
      input: text,
    });
  }

  function executionOf(input: any): ExecutionRow {
    const arn = checkArn(input, "executionArn", "execution");
    const row = executions.byArn(arn);
    if (!row) throw refusals.noExecution(arn);
    return row;
  }

  return {
    StartExecution(input, { traceHeader }) {
      const { arn, started } = kernel.store.atomically(() => begin(input, false, traceHeader));
      return { executionArn: arn, startDate: started / 1000 };
    },

    async StartSyncExecution(input, { traceHeader }) {
      refuseUnserved(input, "includedData");
      const row = kernel.store.atomically(() => begin(input, true, traceHeader));
      const ended = await engine.ended(row.id);
      const duration = (ended.stopped ?? ended.started) - ended.started;
      return {
        executionArn: ended.arn,
        stateMachineArn: ended.machine,
        name: ended.name,
        startDate: ended.started / 1000,
        stopDate: ended.stopped! / 1000,
        status: ended.status,
        ...outcomeOf(ended),
        ...(ended.status === "TIMED_OUT" && { error: "States.Timeout" }),
        outputDetails: { included: true },
        input: ended.input,
        inputDetails: { included: true },
        billingDetails: {
          billedMemoryUsedInMB: 64,
          billedDurationInMilliseconds: Math.max(100, Math.ceil(duration / 100) * 100),
        },
      };
    },

    async StopExecution(input) {
      const row = executionOf(input);
      await engine.post(row.id, { kind: "stop", error: input.error, cause: input.cause });
      return { stopDate: (executions.get(row.id)?.stopped ?? kernel.clock.now()) / 1000 };
    },

    DescribeExecution(input) {
      return describe(executionOf(input), kernel.clock.now(), input.includedData !== "METADATA_ONLY");
    },

    ListExecutions(input) {
      refuseUnserved(input, "mapRunArn");
      const arn = checkArn(input, "stateMachineArn", "stateMachine");
      const machine = registry.machine(arn.split(":").slice(0, 7).join(":"));
      if (!machine) throw refusals.noMachine(arn);
      if (machine.type === "EXPRESS") throw refusals.wrongType();
      checkOneOf(input, "statusFilter", STATUSES);
      const size = pageSize(input);
      const before = Number(pageStart(input, LONGEST_TOKEN) ?? Number.MAX_SAFE_INTEGER);
      const rows = executions.list(machine.arn, input.statusFilter, before, size + 1);
      const shown = rows
        .slice(0, size)
        .filter((row) => arn === machine.arn || row.version === arn || row.alias === arn)
        .filter((row) => !input.redriveFilter || (input.redriveFilter === "REDRIVEN") === row.redrives > 0);
      return {
        executions: shown.map(summarize),
        ...(rows.length > size && { nextToken: pageToken(rows[size - 1]!.id) }),
      };
    },

    GetExecutionHistory(input) {
      const row = executionOf(input);
      const size = pageSize(input);
      const first = input.reverseOrder ? Number.MAX_SAFE_INTEGER : 1;
      const from = Number(pageStart(input) ?? first);
      const events = executions.history(row.id, from, size + 1, input.reverseOrder === true);
      const next = events[size];
      return {
        events: events
          .slice(0, size)
          .map((event) => describeEvent(event, input.includeExecutionData !== false)),
        ...(next && { nextToken: pageToken(next.id) }),
      };
    },

    async RedriveExecution(input) {
      const row = executionOf(input);
      const { redriveStatus: status, redriveStatusReason: reason } = redriveStatus(row, kernel.clock.now());
      if (status !== "REDRIVABLE") throw refusals.notRedrivable(reason!);
      return { redriveDate: (await engine.redrive(row)) / 1000 };
    },
  } satisfies Record<string, (input: any, context: CallContext) => unknown>;
}

function summarize(row: ExecutionRow): Record<string, unknown> {
  return {
    executionArn: row.arn,
    stateMachineArn: row.machine,
    name: row.name,
    status: row.status,
    startDate: row.started / 1000,
    ...(row.stopped !== null && { stopDate: row.stopped / 1000 }),
    ...(row.version !== null && { stateMachineVersionArn: row.version }),
    ...(row.alias !== null && { stateMachineAliasArn: row.alias }),
    redriveCount: row.redrives,
    ...(row.redriven !== null && { redriveDate: row.redriven / 1000 }),
  };
}

function describe(row: ExecutionRow, now: number, data: boolean): Record<string, unknown> {
  return {
    ...summarize(row),
    ...redriveStatus(row, now),
    ...(data && { input: row.input, inputDetails: { included: true }, ...outcomeOf(row) }),
    ...(row.trace !== null && { traceHeader: row.trace }),
  };
}

function outcomeOf(row: ExecutionRow): Record<string, unknown> {
  return {
    ...(row.output !== null && { output: row.output, outputDetails: { included: true } }),
    ...(row.error !== null && { error: row.error }),
    ...(row.cause !== null && { cause: row.cause }),
  };
}
