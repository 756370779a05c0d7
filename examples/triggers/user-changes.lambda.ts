import { tableChanges } from "../../lambdas/runtime/index.ts";
import { userChanges } from "./triggers.ts";

export const handler = tableChanges(userChanges, {
  inserted: ({ after }) => ({ userId: after?.userId, mail: after?.mail }),
  modified: ({ after, changed }) => ({ about: `${after?.userId} has another ${changed.join(" and ")}` }),
  removed: ({ before, expired }) => ({ about: `${before?.userId} ${expired ? "expired" : "left"}` }),
});
