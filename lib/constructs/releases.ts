import { CustomResource, Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import { PARTITIONS } from "../contract/partitions.ts";
import { RESOURCE, type Roster } from "../contract/release.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Platform } from "./platform.ts";

export interface ReleasesProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  /** Names of the workflows. */
  readonly workflows: readonly string[];
  /** Names of the events that their runs wait for, or that cancel them. */
  readonly awaited: readonly string[];
}

const TIMEOUT = Duration.minutes(2);

/** Records each deployment, and rejects one that would remove what live runs need. */
export class Releases extends Construct {
  private readonly handler: HandlerFunction;

  constructor(
    scope: Construct,
    id: string,
    { platform: { bundles, table }, workflows, awaited }: ReleasesProps,
  ) {
    super(scope, id);
    this.handler = new HandlerFunction(this, "Release", {
      code: bundles.ownCode("release"),
      description: "Records what is deployed",
      timeout: TIMEOUT,
    });
    const { releases, releaseMachines, queues, runs } = PARTITIONS;
    table.connect(this.handler, { may: ["PutItem", "DeleteItem", "Query"], of: [releases(), queues()] });
    table.connect(this.handler, { may: ["PutItem"], of: [releaseMachines()] });
    table.connect(this.handler, { may: ["BatchGetItem"], of: [runs()] });
    table.grantQuery(this.handler, "found");
    const roster: Roster = { workflows: [...workflows], awaited: [...new Set(awaited)].sort() };
    this.addResource(this, "Workflows", RESOURCE.roster, roster);
  }

  /** Adds a resource whose changes are reported to the function. */
  addResource(scope: Construct, id: string, resourceType: string, properties: object): CustomResource {
    return new CustomResource(scope, id, {
      resourceType,
      serviceToken: this.handler.function.functionArn,
      // The function answers in time or not at all.
      serviceTimeout: TIMEOUT.plus(Duration.minutes(1)),
      properties: { ...properties },
    });
  }
}
