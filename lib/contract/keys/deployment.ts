import type { ItemKey } from "./item-key.ts";

/**
 * A deployed version of a workflow. All are in one partition: there are few, and they are listed together.
 */
export function releaseKey(workflow: string, version = ""): ItemKey {
  return { pk: "release", sk: `${workflow}#${version}` };
}

/** The state machine of a version whose runs do without an execution. Not in the release, which starts of runs read. */
export function releaseMachineKey(workflow: string, version: string): ItemKey {
  return { pk: "release-machine", sk: `${workflow}#${version}` };
}

/** All deployed queues are in one partition: there are few, and they are listed together. */
export function deployedQueueKey(name = ""): ItemKey {
  return { pk: "queue", sk: name };
}
