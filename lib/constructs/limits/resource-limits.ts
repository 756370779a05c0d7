import type { TemplateLimit } from "../../../aws-limits/template-limits.ts";
import { TEXT_LENGTHS } from "../../../aws-limits/text-lengths.ts";
import { resolvedText } from "./resolved-text.ts";
import type { CloudResource } from "./template.ts";

/** How much of each limit is used. */
type Values = Partial<Record<TemplateLimit, number>>;

export const measurements = (values: Values) =>
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

/** The limits of a resource that its properties show. */
export function ofResource({ Type, Properties = {} }: CloudResource) {
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
export function policyLength(document: unknown): number {
  return resolvedText(document).length;
}

/** A text property, with the values that CloudFormation fills in. */
function plainText(value: unknown): string {
  const text = resolvedText(value);
  return typeof value === "object" && text.startsWith('"') ? (JSON.parse(text) as string) : text;
}
