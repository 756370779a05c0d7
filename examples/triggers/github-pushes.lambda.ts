import { webhook } from "../../lambdas/runtime/index.ts";
import { githubPushes } from "./triggers.ts";

/** GitHub sends other events to the same address, such as a ping. Only the signed body distinguishes them. */
export const handler = webhook(githubPushes, (payload) => ("zen" in payload ? undefined : payload));
