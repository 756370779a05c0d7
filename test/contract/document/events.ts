import * as z from "zod";
import type { Participant } from "../../../lib/contract/document/participant.ts";
import { defineEvent, upcast } from "../../../lib/contract/event.ts";

const Folder = z.object({
  name: z.string(),
  get folders() {
    return z.array(Folder).optional();
  },
});

const First = defineEvent("report.asked", { version: 1, schema: z.object({ topic: z.string() }) });

/** Every kind of field. */
export const ReportAsked = defineEvent("report.asked", {
  version: 2,
  schema: z
    .object({
      id: z.uuid().describe("Chosen by who asks."),
      at: z.iso.datetime(),
      mail: z.email(),
      pages: z.int().gt(2).max(40),
      price: z.number().min(0.25).multipleOf(0.25),
      kind: z.enum(["long", "short"]),
      file: z.string().startsWith("s3://"),
      code: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .meta({ examples: ["ABC"] }),
      short: z.string().max(3),
      long: z.string().min(12),
      tags: z.array(z.string().max(9)).min(2),
      pair: z.tuple([z.string(), z.int()]),
      counts: z.record(z.string(), z.int()),
      root: Folder,
      shape: z.discriminatedUnion("is", [
        z.object({ is: z.literal("circle"), radius: z.number() }),
        z.object({ is: z.literal("none") }),
      ]),
      note: z.string().nullable(),
      draft: z.boolean().default(false),
    })
    .describe("A report is requested."),
  earlier: upcast(First, () => ({}) as never),
});

export const ReportDone = defineEvent("report.done", {
  version: 1,
  schema: z.object({ topic: z.string() }),
  identity: "content",
});

export const participants: Participant[] = [
  { name: "report", kind: "workflow", takes: [{ contract: ReportAsked, why: "starts a run" }], sends: [] },
  { name: "print", kind: "step", takes: [], sends: [ReportDone] },
  { name: "file", kind: "reaction", takes: [{ contract: ReportDone, why: "starts a reaction" }], sends: [] },
];
