import type { TemplateLimit } from "../../../aws-limits/template-limits.ts";
import { TEXT_LENGTHS } from "../../../aws-limits/text-lengths.ts";
import { resolvedText } from "./resolved-text.ts";
import type { CloudResource, SynthesizedStack } from "./template.ts";

/** The usage of a limit. */
export interface Measurement {
  readonly limit: TemplateLimit;
  readonly value: number;
  /** The stack, and the resource in it if it concerns one. */
  readonly where: string;
}

/**
 * Measures synthesized stacks against every limit that a template can show. Names that CloudFormation
 * generates are estimated; see `resolvedText`.
 */
export function measure(stacks: readonly SynthesizedStack[]): Measurement[] {
  return [
    ...stacks.flatMap(ofTemplate),
    ...stacks.flatMap(({ name, template }) =>
      Object.entries(template.Resources ?? {}).flatMap(([id, resource]) =>
        ofResource(resource).map((part) => ({ ...part, where: `${name}, ${id}` })),
      ),
    ),
    ...ofNestedStacks(stacks),
    ...ofRoles(stacks),
    ...ofBuses(stacks),
  ];
}

function ofTemplate({ name, bytes, template }: SynthesizedStack): Measurement[] {
  const count = (part: object | undefined) => Object.keys(part ?? {}).length;
  const values = {
    templateBytes: bytes,
    resources: count(template.Resources),
    outputs: count(template.Outputs),
    parameters: count(template.Parameters),
    templateDescription: Buffer.byteLength(template.Description ?? ""),
  };
  return measurements(values).map((part) => ({ ...part, where: name }));
}

type Values = Partial<Record<TemplateLimit, number>>;

const measurements = (values: Values) =>
  Object.entries(values).map(([limit, value]) => ({ limit: limit as TemplateLimit, value }));

/** Limits of one resource, by its type. */
const OF_TYPE: Record<string, (properties: Record<string, any>) => Values> = {
  "AWS::IAM::ManagedPolicy": ({ PolicyDocument }) => ({ managedPolicy: policyLength(PolicyDocument) }),
  "AWS::IAM::Role": ({ AssumeRolePolicyDocument, ManagedPolicyArns = [] }) => ({
    trustPolicy: policyLength(AssumeRolePolicyDocument),
    managedPolicies: ManagedPolicyArns.length,
  }),
  "AWS::SQS::QueuePolicy": ({ PolicyDocument }) => ({
    queuePolicyBytes: policyLength(PolicyDocument),
    queuePolicyStatements: PolicyDocument.Statement.length,
    queuePolicyActions: Math.max(
      0,
      ...PolicyDocument.Statement.map(
        ({ Action = [] }: { Action?: string | string[] }) => [Action].flat().length,
      ),
    ),
  }),
  "AWS::Events::Rule": ({ EventPattern, Targets = [] }) => ({
    eventPattern: EventPattern ? resolvedText(EventPattern).length : 0,
    targetsOfRule: Targets.length,
    inputTemplate: Math.max(
      0,
      ...Targets.map(
        ({ InputTransformer }: any) => resolvedText(InputTransformer?.InputTemplate ?? "").length,
      ),
    ),
  }),
  "AWS::Lambda::Function": ({ Environment }) => ({
    functionEnvironment: Object.entries(Environment?.Variables ?? {}).reduce(
      (sum, [name, value]) => sum + name.length + resolvedText(value).length,
      0,
    ),
  }),
  "AWS::StepFunctions::StateMachine": ({ Definition, DefinitionString, StateMachineName = "" }) => ({
    stateMachineDefinition: Buffer.byteLength(plainText(DefinitionString ?? Definition ?? "")),
    stateMachineName: plainText(StateMachineName).length,
  }),
  "AWS::CloudWatch::Alarm": ({ AlarmDescription = "", AlarmName = "", Metrics = [] }) => ({
    alarmDescription: plainText(AlarmDescription).length,
    alarmName: plainText(AlarmName).length,
    alarmMetrics: Metrics.filter(({ MetricStat }: any) => MetricStat).length,
  }),
  "AWS::CloudWatch::Dashboard": ({ DashboardBody }) => {
    const { widgets } = JSON.parse(plainText(DashboardBody)) as { widgets: any[] };
    const count = (list: "metrics" | "alarms") =>
      widgets.map(({ properties }) => (properties?.[list] ?? []).length as number);
    return {
      dashboardWidgets: widgets.length,
      dashboardMetrics: count("metrics").reduce((sum, each) => sum + each, 0),
      widgetMetrics: Math.max(0, ...count("metrics")),
      widgetAlarms: Math.max(0, ...count("alarms")),
    };
  },
  "AWS::DynamoDB::GlobalTable": ({ GlobalSecondaryIndexes = [] }) => ({
    tableIndexes: GlobalSecondaryIndexes.length,
  }),
  "AWS::DynamoDB::Table": ({ GlobalSecondaryIndexes = [] }) => ({
    tableIndexes: GlobalSecondaryIndexes.length,
  }),
};

function ofResource({ Type, Properties = {} }: CloudResource) {
  return measurements({ ...textLengths(Type, Properties), ...OF_TYPE[Type]?.(Properties) });
}

/**
 * Names and descriptions of the app. Values with references are measured by type, if at all: their length is
 * estimated.
 */
function textLengths(type: string, properties: Record<string, unknown>): Values {
  return Object.fromEntries(
    Object.entries(TEXT_LENGTHS[type] ?? {}).flatMap(([property, limit]) => {
      const text = properties[property];
      return typeof text === "string" ? [[limit, text.length]] : [];
    }),
  );
}

/** IAM and SQS do not count white space, and compact JSON has none. */
function policyLength(document: unknown): number {
  return resolvedText(document).length;
}

/** A text property, with the values that CloudFormation fills in. */
function plainText(value: unknown): string {
  const text = resolvedText(value);
  return typeof value === "object" && text.startsWith('"') ? (JSON.parse(text) as string) : text;
}

/** What one operation on a stack and its nested stacks may touch. */
function ofNestedStacks(stacks: readonly SynthesizedStack[]): Measurement[] {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const rootOf = (stack: SynthesizedStack): string =>
    stack.parent ? rootOf(byName.get(stack.parent.stack)!) : stack.name;
  const totals = new Map<string, number>();
  for (const stack of stacks) {
    const root = rootOf(stack);
    const own = Object.keys(stack.template.Resources ?? {}).length;
    totals.set(root, (totals.get(root) ?? 0) + own);
  }
  const nesting = new Set(stacks.filter(({ parent }) => parent).map(rootOf));
  return [...totals]
    .filter(([root]) => nesting.has(root))
    .map(([where, value]) => ({ limit: "nestedResources", value, where }));
}

/** The inline policies of each role, in any stack: nested stacks add to roles of their parents. */
function ofRoles(stacks: readonly SynthesizedStack[]): Measurement[] {
  const lengths = new Map<string, number>();
  for (const stack of stacks) {
    for (const { Type, Properties = {} } of Object.values(stack.template.Resources ?? {})) {
      if (Type !== "AWS::IAM::Policy") continue;
      for (const reference of Properties.Roles ?? []) {
        const role = origin(reference, stack, stacks);
        lengths.set(role, (lengths.get(role) ?? 0) + policyLength(Properties.PolicyDocument));
      }
    }
  }
  return [...lengths].map(([where, value]) => ({ limit: "rolePolicies", value, where }));
}

/** Rules of each event bus, to which several stacks may add. */
function ofBuses(stacks: readonly SynthesizedStack[]): Measurement[] {
  const rules = new Map<string, number>();
  for (const stack of stacks) {
    for (const { Type, Properties = {} } of Object.values(stack.template.Resources ?? {})) {
      if (Type !== "AWS::Events::Rule") continue;
      const bus = Properties.EventBusName
        ? origin(Properties.EventBusName, stack, stacks)
        : "the default bus";
      rules.set(bus, (rules.get(bus) ?? 0) + 1);
    }
  }
  return [...rules].map(([where, value]) => ({ limit: "rulesOfBus", value, where }));
}

/** The stack and resource to which a reference leads, through exports and the parameters of nested stacks. */
function origin(reference: any, stack: SynthesizedStack, stacks: readonly SynthesizedStack[]): string {
  const { Ref: name, "Fn::ImportValue": imported } = reference ?? {};
  if (typeof imported === "string") return originOfExport(imported, stacks) ?? imported;
  const { parent } = stack;
  if (typeof name !== "string") return `${stack.name}, ${resolvedText(reference)}`;
  if (stack.template.Resources?.[name] || !parent) return `${stack.name}, ${name}`;
  const above = stacks.find((each) => each.name === parent.stack)!;
  const given = above.template.Resources?.[parent.resource]?.Properties?.Parameters?.[name];
  return origin(given, above, stacks);
}

function originOfExport(name: string, stacks: readonly SynthesizedStack[]): string | undefined {
  for (const stack of stacks) {
    for (const { Export, Value } of Object.values<any>(stack.template.Outputs ?? {}))
      if (Export?.Name === name) return origin(Value, stack, stacks);
  }
  return undefined;
}
