import { createRoute } from "@hono/zod-openapi";
import { Session } from "../../../../lib/contract/api/index.ts";
import { mayAct } from "../auth.ts";
import { type Api, answer, refusals } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";

const read = createRoute({
  method: "get",
  path: "/session",
  tags: ["session"],
  summary: "The user, the role and the deployment",
  responses: { 200: answer(Session, "The session"), ...refusals() },
});

export function sessionRoutes(api: Api, { system, place }: ApiPorts): void {
  api.openapi(read, (context) => {
    const { name, role } = context.get("principal");
    const can = { decide: mayAct(role, "decider"), operate: mayAct(role, "operator") };
    return context.json({ name, role, can, app: { name: system.name, ...place } }, 200);
  });
}
