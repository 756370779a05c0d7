import type { ResourceProvider } from "../kernel/resource.ts";
import { alias } from "./resources/alias.ts";
import { eventInvokeConfig } from "./resources/event-invoke-config.ts";
import { eventSourceMapping } from "./resources/event-source-mapping.ts";
import { lambdaFunction } from "./resources/function.ts";
import { permission } from "./resources/permission.ts";
import { url } from "./resources/url.ts";
import { version } from "./resources/version.ts";

/** What CloudFormation deploys of Lambda, one resource type a file. */
export const lambdaResources: ResourceProvider[] = [
  lambdaFunction,
  eventSourceMapping,
  permission,
  version,
  alias,
  url,
  eventInvokeConfig,
];
