import type { CloudFormationCustomResourceEvent } from "aws-lambda";
import { respond } from "./runtime/aws/cloudformation.ts";
import { observe } from "./runtime/aws/observe.ts";
import { tableReleases } from "./runtime/aws/releases.ts";
import { openTable } from "./runtime/aws/table.ts";
import { setting } from "./runtime/environment.ts";
import { serveCustomResource } from "./runtime/release/custom-resource.ts";

/** What a deployment brings → table, unless live runs need what it takes away. */
const { log } = observe("release");
const releases = tableReleases(openTable(setting("table")));

export const handler = (request: CloudFormationCustomResourceEvent) =>
  serveCustomResource(request, { releases, respond, log });
