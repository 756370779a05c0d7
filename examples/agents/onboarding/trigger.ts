import { defineTableChanges } from "../../../lib/index.ts";
import { TaskSubmitted } from "../events.ts";

/** A new row in the users' table is a task. */
export const newUsers = defineTableChanges("new-users", { inserted: TaskSubmitted });
