import * as z from "zod";

/** What a user may do: read; also decide approvals; do everything. */
export const Role = z.enum(["viewer", "decider", "operator"]);
export type Role = z.infer<typeof Role>;

/** The user, the role and the deployment. */
export const Session = z
  .object({
    name: z.string(),
    role: Role,
    can: z.object({ decide: z.boolean(), operate: z.boolean() }),
    app: z.object({ name: z.string(), region: z.string(), deployedOn: z.enum(["aws", "local"]) }),
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof Session>;
