import { AttributeType, type GlobalSecondaryIndexPropsV2, ProjectionType } from "aws-cdk-lib/aws-dynamodb";
import { TABLE } from "../contract/table.ts";

type Index = (typeof TABLE.indexes)[keyof typeof TABLE.indexes];

/**
 * Attributes that lists show of approvals and quarantined events without reading each item, and that filter
 * runs. They never change while a run is listed: each change of an attribute here costs a write. The status
 * is read from the run.
 */
const LISTED = [
  "kind",
  "run",
  "workflow",
  "about",
  "approval",
  "path",
  "level",
  "until",
  "id",
  "subscriber",
  "reason",
  "name",
  "source",
];

/**
 * The attributes to search runs by. They change only when a run ends or restarts, so that other changes of a
 * run cost no write to these indexes; other columns of lists are read from the runs.
 */
const SEARCHED = ["run", "about", "error", "failedStep"];

/** The indexes of the table, with the attributes that each has in addition to the keys. */
export function tableIndexes(): GlobalSecondaryIndexPropsV2[] {
  const { list, found, keyed, due, unpublished } = TABLE.indexes;
  return [
    index(list, LISTED),
    index(found, [...SEARCHED, "version"]),
    index(keyed, SEARCHED),
    index(due, ["run", "workflow"]),
    index(unpublished),
  ];
}

function index({ name, partitionKey, sortKey }: Index, attributes?: string[]): GlobalSecondaryIndexPropsV2 {
  return {
    indexName: name,
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.STRING },
    projectionType: attributes ? ProjectionType.INCLUDE : ProjectionType.KEYS_ONLY,
    nonKeyAttributes: attributes,
  };
}
