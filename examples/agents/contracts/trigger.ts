import { defineTableChanges } from "../../../lib/index.ts";
import { TaskSubmitted } from "../events.ts";

/** A new version of a contract in the table is a task. */
export const contractChanges = defineTableChanges("contract-changes", { modified: TaskSubmitted });
