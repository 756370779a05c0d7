import * as z from "zod";
import { Fields, Time } from "./common.ts";

/** In `show`, a file has this form. */
export const ArtifactView = z
  .object({
    artifact: z.string().meta({ description: "Address of the file, relative to /api" }),
    type: z.string().meta({ description: "Content type, derived from the file name" }),
    name: z.string(),
  })
  .meta({ id: "Artifact" });
export type ArtifactView = z.infer<typeof ArtifactView>;

/** A question to a person. */
export const ApprovalView = z
  .object({
    run: z.string(),
    workflow: z.string(),
    approval: z.string().meta({ description: "The role that decides" }),
    path: z.string(),
    level: z.int().meta({ description: "Number of escalations, plus one" }),
    why: z.string().optional(),
    state: z.enum(["pending", "decided", "closed"]),
    askedAt: Time,
    until: Time.optional().meta({ description: "Time of the timeout" }),
    otherwise: z
      .enum(["escalate", "reject", "approve"])
      .optional()
      .meta({ description: "What happens on the timeout" }),
    show: Fields,
    quorum: z
      .object({ approvals: z.int(), rejections: z.int() })
      .optional()
      .meta({ description: "How many people decide. Absent where the first answer does" }),
    progress: z.string().optional().meta({ description: "For example: 1 of 2 approved, by ann" }),
    notBy: z
      .array(z.string())
      .optional()
      .meta({ description: "Who may not decide: who requested it, and who started the run" }),
    votes: z
      .array(
        z.object({
          by: z.string(),
          approved: z.boolean(),
          note: z.string().optional(),
          at: Time,
          instead: z.string().optional().meta({ description: "In whose place" }),
        }),
      )
      .optional(),
    delegations: z
      .array(z.object({ from: z.string(), to: z.string(), note: z.string().optional(), at: Time }))
      .optional()
      .meta({ description: "Who may decide in whose place" }),
    decision: z
      .object({
        approved: z.boolean(),
        decidedBy: z.string(),
        note: z.string().optional(),
        at: Time.optional(),
      })
      .optional(),
  })
  .meta({ id: "Approval" });
export type ApprovalView = z.infer<typeof ApprovalView>;

export const Decide = z
  .object({
    decision: z.enum(["approve", "reject", "delegate"]).meta({
      description: "delegate: name another person who may decide in your place",
    }),
    to: z.string().min(1).max(256).optional().meta({ description: "To whom the decision is delegated" }),
    note: z.string().max(2_000).optional(),
    level: z.int().min(0).meta({
      description:
        "The level that was read. The decision is rejected if the approval was escalated meanwhile",
    }),
  })
  .meta({ id: "Decide" });
