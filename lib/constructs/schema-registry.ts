import { CfnRegistry, CfnSchema } from "aws-cdk-lib/aws-eventschemas";
import { Construct } from "constructs";
import { openApi } from "../contract/document/openapi.ts";
import { type EventContract, versionsOf } from "../contract/event.ts";

export interface SchemaRegistryProps {
  /** The newest version of each event. */
  readonly events: readonly EventContract[];
}

/**
 * A registry of EventBridge with every version of every event, for looking up schemas and generating types.
 */
export class SchemaRegistry extends Construct {
  readonly registry: CfnRegistry;

  constructor(scope: Construct, id: string, { events }: SchemaRegistryProps) {
    super(scope, id);
    this.registry = new CfnRegistry(this, "Registry", { description: "Events of Millrace" });
    for (const contract of events.flatMap(versionsOf)) {
      const { name, version } = contract;
      const schemaName = `${name}@v${version}`;
      new CfnSchema(this, schemaName, {
        registryName: this.registry.attrRegistryName,
        schemaName,
        type: "OpenApi3",
        description: `${name}, version ${version}`,
        content: JSON.stringify(openApi(contract)),
      });
    }
  }
}
