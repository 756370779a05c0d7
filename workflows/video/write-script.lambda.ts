import { worker } from "../../lambdas/runtime/index.ts";
import { askModel } from "../../lambdas/runtime/model/index.ts";
import { writeScript } from "./steps.ts";
import { writeScriptPrompt } from "./write-script.prompt.ts";

export const handler = worker(writeScript, (input, context) => askModel(writeScriptPrompt, input, context));
