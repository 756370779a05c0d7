import { webhook } from "../../lambdas/runtime/index.ts";
import { githubPushes } from "./triggers.ts";

/** GitHub sends other things to the same address, such as a ping. Which of them it is, only the body says for certain. */
export const handler = webhook(githubPushes, (payload) => ("zen" in payload ? undefined : payload));
