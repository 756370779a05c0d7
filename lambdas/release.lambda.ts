import type { CloudFormationCustomResourceEvent } from "aws-lambda";
import { setting } from "./runtime/aws/environment.ts";
import { observe } from "./runtime/aws/observe.ts";
import { tableQueues } from "./runtime/aws/queues/deployed-queues.ts";
import { respond } from "./runtime/aws/release/cloudformation.ts";
import { tableReleases } from "./runtime/aws/release/releases.ts";
import { openTable } from "./runtime/aws/table/table.ts";
import { serveCustomResource } from "./runtime/release/custom-resource.ts";

/** A deployment → table, unless live runs need what it removes. */
const { log } = observe("release");
const table = openTable(setting("table"));
const releases = tableReleases(table);
const queues = tableQueues(table);

export const handler = (request: CloudFormationCustomResourceEvent) =>
  serveCustomResource(request, { releases, queues, respond, log });
