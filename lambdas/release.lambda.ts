import type { CloudFormationCustomResourceEvent } from "aws-lambda";
import { respond } from "./runtime/aws/cloudformation.ts";
import { tableQueues } from "./runtime/aws/deployed-queues.ts";
import { observe } from "./runtime/aws/observe.ts";
import { tableReleases } from "./runtime/aws/releases.ts";
import { openTable } from "./runtime/aws/table.ts";
import { setting } from "./runtime/environment.ts";
import { serveCustomResource } from "./runtime/release/custom-resource.ts";

/** What a deployment brings → table, unless live runs need what it takes away. */
const { log } = observe("release");
const table = openTable(setting("table"));
const releases = tableReleases(table);
const queues = tableQueues(table);

export const handler = (request: CloudFormationCustomResourceEvent) =>
  serveCustomResource(request, { releases, queues, respond, log });
