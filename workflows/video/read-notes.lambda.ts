import { worker } from "../../lambdas/runtime/index.ts";
import { askModel } from "../../lambdas/runtime/model/index.ts";
import { readNotesPrompt } from "./read-notes.prompt.ts";
import { readNotes } from "./steps.ts";

export const handler = worker(readNotes, (remark, context) => askModel(readNotesPrompt, remark, context));
