import * as z from "zod";
import type { Payload } from "../protocol.ts";

/** The payload of a "user-onboarding" task: a row of the users' table. */
export const User = z.object({
  userId: z.string(),
  company: z.string().default(""),
  mail: z.string(),
  country: z.string().default(""),
  plan: z.enum(["free", "team", "business"]).default("free"),
  /** How many people will use it. */
  team: z.int().min(1).default(1),
  /** What the user wants to connect: "accounting software". */
  wants: z.array(z.string()).default([]),
  note: z.string().default(""),
  /** Whether the mail address was confirmed. */
  confirmed: z.boolean().default(true),
});
export type User = z.infer<typeof User>;

export const TRACKS = ["self-serve", "guided", "white-glove"] as const;

export function userOf(payload: Payload): User {
  return User.parse(payload);
}
