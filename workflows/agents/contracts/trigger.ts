import { defineTableChanges } from "../../../lib/index.ts";
import { TaskSubmitted } from "../events.ts";

/** A contract that is written anew into the table is a task. */
export const contractChanges = defineTableChanges("contract-changes", { modified: TaskSubmitted });
