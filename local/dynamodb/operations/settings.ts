import { ServiceError } from "../../kernel/errors.ts";
import { type Engine, tableForControl } from "../engine.ts";
import { validation } from "../errors.ts";
import type { Table } from "../table.ts";

const DAY = 24 * 3600 * 1000;
const TAGS_PER_TABLE = 50;
const TAGS_PER_PAGE = 10;

export function updateTimeToLive(engine: Engine, input: any): object {
  const { AttributeName: attribute, Enabled: enabled } = input.TimeToLiveSpecification;
  const table = tableForControl(engine, input.TableName);
  const current = table.timeToLive;
  if (enabled && current?.enabled) {
    throw validation(
      current.attribute === attribute
        ? "TimeToLive is already enabled"
        : "TimeToLive is active on a different AttributeName",
    );
  }
  if (!enabled && !current?.enabled) throw validation("TimeToLive is already disabled");
  if (!enabled && current!.attribute !== attribute) {
    throw validation(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${current!.attribute}`,
    );
  }
  engine.kernel.store.atomically(() => {
    const changed = { ...table, timeToLive: { attribute, enabled } };
    engine.items.resetExpiry(changed);
    engine.tables.save(changed);
  });
  return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
}

export function describeTimeToLive(engine: Engine, input: any): object {
  const { timeToLive } = tableForControl(engine, input.TableName);
  return {
    TimeToLiveDescription: timeToLive?.enabled
      ? { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive.attribute }
      : { TimeToLiveStatus: "DISABLED" },
  };
}

export function updateContinuousBackups(engine: Engine, input: any): object {
  const table = tableForBackups(engine, input.TableName);
  const { PointInTimeRecoveryEnabled: enabled, RecoveryPeriodInDays: days = 35 } =
    input.PointInTimeRecoverySpecification;
  const since = table.pointInTimeRecovery?.since ?? engine.kernel.clock.now();
  save(engine, { ...table, pointInTimeRecovery: enabled ? { since, days } : undefined });
  return describeContinuousBackups(engine, input);
}

export function describeContinuousBackups(engine: Engine, input: any): object {
  const { pointInTimeRecovery: recovery } = tableForBackups(engine, input.TableName);
  const now = engine.kernel.clock.now();
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: recovery
        ? {
            PointInTimeRecoveryStatus: "ENABLED",
            RecoveryPeriodInDays: recovery.days,
            EarliestRestorableDateTime: Math.max(recovery.since, now - recovery.days * DAY) / 1000,
            LatestRestorableDateTime: now / 1000,
          }
        : { PointInTimeRecoveryStatus: "DISABLED" },
    },
  };
}

export function tagResource(engine: Engine, input: any): object {
  const table = tableByArn(engine, input.ResourceArn);
  const tags = { ...table.tags };
  for (const { Key, Value } of input.Tags) tags[Key] = Value;
  if (Object.keys(tags).length > TAGS_PER_TABLE) {
    throw validation(
      `One or more parameter values were invalid: Too many tags: a table has at most ${TAGS_PER_TABLE}`,
    );
  }
  save(engine, { ...table, tags });
  return {};
}

export function untagResource(engine: Engine, input: any): object {
  const table = tableByArn(engine, input.ResourceArn);
  const tags = Object.fromEntries(Object.entries(table.tags).filter(([key]) => !input.TagKeys.includes(key)));
  save(engine, { ...table, tags });
  return {};
}

export function listTagsOfResource(engine: Engine, input: any): object {
  const table = tableByArn(engine, input.ResourceArn);
  const keys = Object.keys(table.tags).sort();
  const from = input.NextToken == null ? 0 : keys.findIndex((key) => key > input.NextToken);
  const page = from < 0 ? [] : keys.slice(from, from + TAGS_PER_PAGE);
  const more = from >= 0 && keys.length > from + TAGS_PER_PAGE;
  return {
    Tags: page.map((Key) => ({ Key, Value: table.tags[Key] })),
    ...(more && { NextToken: page.at(-1) }),
  };
}

function save(engine: Engine, table: Table): void {
  engine.kernel.store.atomically(() => engine.tables.save(table));
}

function tableForBackups({ tables }: Engine, name: string): Table {
  const table = tables.find(name);
  if (!table) throw new ServiceError("TableNotFoundException", `Table not found: ${name}`);
  return table;
}

function tableByArn({ tables }: Engine, arn: string): Table {
  if (!/^arn:aws[^:]*:dynamodb:[^:]+:\d{12}:table\/[^/]+$/.test(arn)) {
    throw validation(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  }
  const table = tables.find(arn);
  if (table?.arn === arn) return table;
  throw new ServiceError(
    "ResourceNotFoundException",
    `Requested resource not found: ResourcArn: ${arn} not found`,
  );
}
