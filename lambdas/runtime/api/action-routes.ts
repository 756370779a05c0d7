import { createRoute } from "@hono/zod-openapi";
import { Outcome, Said } from "../../../lib/contract/api/index.ts";
import type { ChangeRun, ChangeSubscriber, Command } from "../../../lib/contract/messages/command.ts";
import type { Principal } from "./auth.ts";
import { type Api, answer, body, carriedOut, named, ONCE, refusals } from "./operation.ts";
import type { ApiPorts } from "./ports.ts";

/** Who requests a change, and its idempotency key: the same for all commands. */
export function requester(context: {
  get(name: "principal"): Principal;
  req: { valid(part: "header"): { "idempotency-key": string } };
}): Pick<Command, "by" | "key"> {
  return { by: context.get("principal").name, key: context.req.valid("header")["idempotency-key"] };
}

/** Routes with a name and a reason alone, one for each action: POST /runs/{run}/pause. */
interface ActionRoutes<Kind extends ChangeRun | ChangeSubscriber> {
  tag: string;
  /** Of what the actions are: "/runs/{run}". */
  path: string;
  /** The parameter of the path. */
  name: string;
  /** What each action does. */
  summaries: Record<Kind["action"], string>;
  /** The target of a name. Throws an ApiError if there is none. */
  targetOf(name: string): Promise<Kind["target"]> | Kind["target"];
}

/** Offers actions of operators by the API. */
export function offerActions<Kind extends ChangeRun | ChangeSubscriber>(
  api: Api,
  { control }: Pick<ApiPorts, "control">,
  { tag, path, name, summaries, targetOf }: ActionRoutes<Kind>,
): void {
  for (const [action, summary] of Object.entries<string>(summaries)) {
    const route = createRoute({
      method: "post",
      path: `${path}/${action}`,
      tags: [tag],
      summary,
      request: { params: named(name), headers: ONCE, body: body(Said) },
      responses: { 200: answer(Outcome, "What was done"), ...refusals(404, 409) },
    });
    api.openapi(route, async (context) => {
      const target = await targetOf(context.req.valid("param")[name]!);
      const { why } = context.req.valid("json");
      const outcome = await control({ action, target, why, ...requester(context) } as Kind);
      return context.json(carriedOut(outcome), 200);
    });
  }
}
