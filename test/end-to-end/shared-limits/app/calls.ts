import * as z from "zod";
import { defineEvent, defineSharedLimit, defineStep, defineWorkflow } from "../../../../lib/index.ts";

const Job = z.object({ tenant: z.string(), job: z.int() });

export const JobSent = defineEvent("job.sent", {
  version: 1,
  schema: Job,
  identity: ({ job }) => String(job),
});
export const LetterSent = defineEvent("letter.sent", {
  version: 1,
  schema: Job,
  identity: ({ job }) => String(job),
});

export const ReportAsked = defineEvent("report.asked", {
  version: 1,
  schema: Job,
  identity: ({ job }) => String(job),
});

export const modelCalls = defineSharedLimit("model-calls", { atOnce: 3, perKey: { atOnce: 2 } });
export const mails = defineSharedLimit("mails", { perKey: { starts: 2, per: "1 minute" } });
export const reports = defineSharedLimit("reports", { atOnce: 1 });

/** Takes five seconds. */
export const callModel = defineStep("call-model", {
  input: Job,
  output: z.object({ job: z.int() }),
  timeout: "1 minute",
  concurrency: 50,
});

const job = {
  on: JobSent,
  sharedLimit: { limit: modelCalls, by: ({ tenant }: { tenant: string }) => tenant },
};

export const summarize = defineWorkflow("summarize", {
  ...job,
  run: (w, { tenant, job }) => w.step(callModel, { tenant, job }),
});
export const translate = defineWorkflow("translate", {
  ...job,
  run: (w, { tenant, job }) => w.step(callModel, { tenant, job }),
});
export const mail = defineWorkflow("mail", {
  on: LetterSent,
  sharedLimit: { limit: mails, by: ({ tenant }) => tenant },
  run: (w, { tenant, job }) => w.step(callModel, { tenant, job }),
});
export const report = defineWorkflow("report", {
  on: ReportAsked,
  perKey: { atOnce: 1, busy: "skip", key: ({ tenant }) => tenant },
  sharedLimit: { limit: reports, by: ({ tenant }) => tenant },
  run: (w, { tenant, job }) => w.step(callModel, { tenant, job }),
});
export const all = [summarize, translate, mail, report];
