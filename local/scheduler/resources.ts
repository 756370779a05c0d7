import { UserError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { ResolvedResource, ResourceProvider } from "../kernel/resource.ts";

/**
 * The resources that this start has deployed. A schedule's Ref is its bare name, which may exist in other
 * groups as well: its resource distinguishes what is to be removed from what is still needed.
 */
const deployed = new WeakMap<Kernel, Set<string>>();

/** AWS::Scheduler::Schedule. Ref is the schedule's name. */
const schedule: ResourceProvider = {
  type: "AWS::Scheduler::Schedule",
  serves: {
    Name: true,
    GroupName: true,
    Description: true,
    ScheduleExpression: true,
    ScheduleExpressionTimezone: true,
    StartDate: true,
    EndDate: true,
    FlexibleTimeWindow: { Mode: true, MaximumWindowInMinutes: true },
    State: true,
    KmsKeyArn: "encryption at rest changes nothing locally",
    Target: {
      Arn: true,
      RoleArn: true,
      Input: true,
      RetryPolicy: { MaximumRetryAttempts: true, MaximumEventAgeInSeconds: true },
      DeadLetterConfig: { Arn: true },
      SqsParameters: { MessageGroupId: true },
      EventBridgeParameters: { DetailType: true, Source: true },
    },
  },
  async deploy(resource, kernel) {
    const { KmsKeyArn: _, ...properties } = resource.properties;
    const { Name = resource.generatedName, GroupName = "default", FlexibleTimeWindow, Target } = properties;
    const input = {
      ...properties,
      Name,
      GroupName,
      StartDate: readDate(resource, "StartDate"),
      EndDate: readDate(resource, "EndDate"),
      FlexibleTimeWindow: withNumbers(FlexibleTimeWindow, "MaximumWindowInMinutes"),
      Target: {
        ...Target,
        RetryPolicy: withNumbers(Target?.RetryPolicy, "MaximumRetryAttempts", "MaximumEventAgeInSeconds"),
      },
    };
    const exists = kernel.store.get(
      'SELECT 1 FROM scheduler_schedule WHERE "group" = ? AND name = ?',
      GroupName,
      Name,
    );
    const operation = exists ? "UpdateSchedule" : "CreateSchedule";
    const { ScheduleArn } = await kernel.call("scheduler", operation, input);
    await leaveFormerPlaces(kernel, resource, GroupName, Name);
    deployed.set(kernel, (deployed.get(kernel) ?? new Set()).add(resource.path));
    return { ref: Name, attributes: { Arn: ScheduleArn } };
  },
  async remove(Name, kernel) {
    const rows = kernel.store.all<{ group: string; resource: string }>(
      'SELECT "group", resource FROM scheduler_schedule WHERE resource IS NOT NULL AND name = ?',
      Name,
    );
    for (const { group: GroupName, resource } of rows) {
      if (!deployed.get(kernel)?.has(resource))
        await kernel.call("scheduler", "DeleteSchedule", { Name, GroupName });
    }
  },
};

/** AWS::Scheduler::ScheduleGroup. Ref is the group's name. */
const group: ResourceProvider = {
  type: "AWS::Scheduler::ScheduleGroup",
  serves: { Name: true, Tags: true },
  async deploy({ properties, generatedName }, kernel) {
    const { Name = generatedName, Tags = [] } = properties;
    const { store } = kernel;
    if (!store.get("SELECT 1 FROM scheduler_group WHERE name = ?", Name)) {
      await kernel.call("scheduler", "CreateScheduleGroup", { Name });
    }
    const { Arn, State, CreationDate, LastModificationDate } = await kernel.call(
      "scheduler",
      "GetScheduleGroup",
      {
        Name,
      },
    );
    await setTags(kernel, Arn, Tags);
    return {
      ref: Name,
      attributes: {
        Arn,
        State,
        CreationDate: isoDate(CreationDate),
        LastModificationDate: isoDate(LastModificationDate),
      },
    };
  },
  async remove(Name, kernel) {
    if (!kernel.store.get("SELECT 1 FROM scheduler_group WHERE name = ?", Name)) return;
    await kernel.call("scheduler", "DeleteScheduleGroup", { Name });
  },
};

export const schedulerResources: ResourceProvider[] = [schedule, group];

/** A resource whose schedule has a new name or group removes the one with the old. */
async function leaveFormerPlaces(
  kernel: Kernel,
  { path }: ResolvedResource,
  group: string,
  name: string,
): Promise<void> {
  const { store } = kernel;
  const former = store.all<{ GroupName: string; Name: string }>(
    'SELECT "group" AS GroupName, name AS Name FROM scheduler_schedule WHERE resource = ? AND ("group", name) <> (?, ?)',
    path,
    group,
    name,
  );
  for (const place of former) await kernel.call("scheduler", "DeleteSchedule", place);
  store.run('UPDATE scheduler_schedule SET resource = ? WHERE "group" = ? AND name = ?', path, group, name);
}

async function setTags(
  kernel: Kernel,
  ResourceArn: string,
  Tags: { Key: string; Value: string }[],
): Promise<void> {
  const before = await kernel.call("scheduler", "ListTagsForResource", { ResourceArn });
  const TagKeys = (before.Tags as { Key: string }[])
    .map(({ Key }) => Key)
    .filter((key) => !Tags.some(({ Key }) => Key === key));
  await kernel.call("scheduler", "UntagResource", { ResourceArn, TagKeys });
  await kernel.call("scheduler", "TagResource", { ResourceArn, Tags });
}

/** A date of the template in the API's form, in seconds since the epoch. */
function readDate({ path, properties }: ResolvedResource, name: "StartDate" | "EndDate"): number | undefined {
  const text = properties[name];
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new UserError(`${path}: ${name} ${text} is no date such as 2026-11-21T07:00:00Z.`);
  return time / 1000;
}

/** Templates may write numbers as texts. */
function withNumbers(value: Record<string, unknown> | undefined, ...names: string[]) {
  if (value === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, names.includes(name) ? Number(member) : member]),
  );
}

const isoDate = (seconds: number) => new Date(seconds * 1000).toISOString();
