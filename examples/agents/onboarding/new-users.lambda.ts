import { tableChanges } from "../../../lambdas/runtime/index.ts";
import { newUsers } from "./trigger.ts";

export const handler = tableChanges(newUsers, {
  inserted: ({ after }) => ({
    taskId: `user-${after?.userId}`,
    kind: "user-onboarding",
    subject: `New user: ${after?.company || after?.mail}`.slice(0, 300),
    payload: { ...after },
  }),
});
