import * as z from "zod";
import { defineEvent, defineSharedLimit, defineStep, defineWorkflow } from "../../../lib/index.ts";

const Job = z.object({ job: z.string() });
const event = <Name extends string>(name: Name) =>
  defineEvent(name, { version: 1, schema: Job, identity: ({ job }) => job });
const calls = defineSharedLimit("calls", { atOnce: 1 });

export const callModel = defineStep("call-model", { input: Job, output: Job, timeout: "1 minute" });

/** It has a place for an hour, if it is limited. */
export const summarize = (isLimited: boolean) =>
  defineWorkflow("summarize", {
    on: event("text.sent"),
    ...(isLimited && { sharedLimit: { limit: calls } }),
    run: (w, { job }) => w.step(callModel, { job }, { after: [w.sleep("1 hour")] }),
  });

export const translate = defineWorkflow("translate", {
  on: event("page.sent"),
  sharedLimit: { limit: calls },
  run: (w, { job }) => w.step(callModel, { job }),
});
