import type { Random } from "../../kernel/random.ts";
import type { MachineRow, Registry, Route } from "../registry.ts";
import { checkArn } from "./arguments.ts";
import { refusals } from "./errors.ts";

/** The state machine, version or alias that an execution runs. */
export interface Target {
  machine: MachineRow;
  definition: number;
  role: string;
  /** ARN of the version, and of the alias that led to it. */
  version: string | null;
  alias: string | null;
}

export function versionArn(machine: string, version: number): string {
  return `${machine}:${version}`;
}

/** ["…:stateMachine:orders", 3] for "…:stateMachine:orders:3". */
export function splitVersion(arn: string): [machine: string, version: number | undefined] {
  const parts = arn.split(":");
  return parts.length === 8 ? [parts.slice(0, 7).join(":"), Number(parts[7])] : [arn, undefined];
}

/** The state machine of that ARN, which must not be one of a version or alias. */
export function machineOf(registry: Registry, input: Record<string, unknown>): MachineRow {
  const arn = checkArn(input, "stateMachineArn", "stateMachine");
  const row = registry.machine(arn);
  if (!row) throw refusals.noMachine(arn);
  return row;
}

/** The state machine, version or alias that an ARN names; an alias chooses among its versions by weight. */
export function targetOf(registry: Registry, arn: string, random: Random): Target {
  const parts = arn.split(":");
  const machine = registry.machine(parts.slice(0, 7).join(":"));
  if (!machine) throw refusals.noMachine(arn);
  const { definition, role } = machine;
  const qualifier = parts[7];
  if (qualifier === undefined) return { machine, definition, role, version: null, alias: null };
  if (/^\d+$/.test(qualifier)) return ofVersion(registry, machine, arn);
  const alias = registry.alias(arn);
  if (!alias) throw refusals.noMachine(arn);
  const chosen = choose(JSON.parse(alias.routes), random);
  return { ...ofVersion(registry, machine, chosen), alias: arn };
}

function ofVersion(registry: Registry, machine: MachineRow, arn: string): Target {
  const version = registry.version(machine.arn, Number(arn.split(":")[7]));
  if (!version) throw refusals.noMachine(arn);
  return { machine, definition: version.definition, role: version.role, version: arn, alias: null };
}

function choose(routes: Route[], random: Random): string {
  if (routes.length === 1) return routes[0]!.stateMachineVersionArn;
  const [first, second] = routes as [Route, Route];
  return (random.fraction() * 100 < first.weight ? first : second).stateMachineVersionArn;
}
