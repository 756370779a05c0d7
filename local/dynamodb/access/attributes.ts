import { attributesOfCondition, attributesOfProjection, attributesOfUpdate } from "../expression/names.ts";

/** The parameters of a request that name attributes. */
export interface Naming {
  TableName?: unknown;
  [parameter: string]: any;
}

/** Parameters older than expressions, whose members have the names of attributes. */
const MAPS = ["AttributeUpdates", "Expected", "KeyConditions", "QueryFilter", "ScanFilter"];

const CONDITIONS = ["ConditionExpression", "FilterExpression", "KeyConditionExpression"];

/**
 * The top-level attributes that a request accesses: those of its items or keys, and those that its
 * expressions name. Attributes that are only in the answer do not count.
 */
export function attributesOf(request: Naming, items: any[]): string[] {
  const { ExpressionAttributeNames: placeholders, AttributesToGet: wanted } = request;
  const named = [
    ...items.flatMap((item) => (typeof item === "object" ? Object.keys(item ?? {}) : [])),
    ...MAPS.flatMap((parameter) => Object.keys(request[parameter] ?? {})),
    ...(Array.isArray(wanted) ? wanted.map(String) : []),
    ...[
      ...CONDITIONS.flatMap((parameter) => read(request[parameter], attributesOfCondition)),
      ...read(request.UpdateExpression, attributesOfUpdate),
      ...read(request.ProjectionExpression, attributesOfProjection),
    ].map((name) => placeholders?.[name] ?? name),
  ];
  return [...new Set(named)];
}

function read(expression: unknown, namesOf: (expression: string) => readonly string[]): readonly string[] {
  return typeof expression === "string" ? namesOf(expression) : [];
}
