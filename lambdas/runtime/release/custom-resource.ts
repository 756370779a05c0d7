import type {
  CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceResponse as Response,
} from "aws-lambda";
import { type DeployedQueues, RESOURCE, type Release, type Roster } from "../../../lib/contract/release.ts";
import type { Log } from "../ports/telemetry.ts";
import { changeRoster, keepRelease } from "./deployment.ts";
import type { QueueRegister, Releases } from "./ports.ts";
import { changeQueues } from "./queues.ts";

type Request = CloudFormationCustomResourceEvent<any, any>;

export interface ReleasePorts {
  releases: Releases;
  queues: QueueRegister;
  /** Answers CloudFormation at the address that its request names. */
  respond(url: string, response: Response): Promise<void>;
  log: Log;
}

/** CloudFormation accepts 4096 bytes in total. */
const LONGEST_REASON = 1000;
const NONE: DeployedQueues = { queues: [] };

/**
 * Handles a request of CloudFormation and always answers it: without an answer, CloudFormation would wait
 * until its timeout.
 */
export async function serveCustomResource(request: Request, ports: ReleasePorts): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = request;
  // Always the same, so that CloudFormation never treats an update as a replacement.
  const about = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: LogicalResourceId };
  try {
    await serve(request, ports);
    await ports.respond(request.ResponseURL, { ...about, Status: "SUCCESS" });
  } catch (error) {
    const { message } = error as Error;
    ports.log.error("The deployment is rejected.", { error, resource: LogicalResourceId });
    const Reason = message.slice(0, LONGEST_REASON);
    await ports.respond(request.ResponseURL, { ...about, Status: "FAILED", Reason });
  }
}

/**
 * A Delete removes the queues, which no longer exist, from the record. It changes nothing else: a whole stack
 * is deleted on purpose, and its releases stay on record.
 */
async function serve(request: Request, { releases, queues }: ReleasePorts): Promise<void> {
  const { ServiceToken: _token, ServiceTimeout: _timeout, ...properties } = request.ResourceProperties;
  if (request.ResourceType === RESOURCE.queues) {
    const given: DeployedQueues = { queues: [], ...properties };
    const before =
      request.RequestType === "Update" ? (request.OldResourceProperties as DeployedQueues) : NONE;
    return request.RequestType === "Delete"
      ? await changeQueues(NONE, given, queues)
      : await changeQueues(given, before, queues);
  }
  if (request.RequestType === "Delete") return;
  switch (request.ResourceType) {
    case RESOURCE.release:
      return await keepRelease(properties as Release, releases);
    case RESOURCE.roster: {
      const before =
        request.RequestType === "Update" ? (request.OldResourceProperties as Roster) : { workflows: [] };
      return await changeRoster(properties as Roster, before, releases);
    }
    default:
      throw new Error(`There is no custom resource of the type ${request.ResourceType}.`);
  }
}
