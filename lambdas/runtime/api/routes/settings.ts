import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import {
  ChangeSettings,
  Outcome,
  RestoreSettings,
  SettingsOf,
  SettingsRevisionView,
  SettingsView,
} from "../../../../lib/contract/api/index.ts";
import type { ControlTarget } from "../../../../lib/contract/keys/control.ts";
import type { ChangeSettings as ChangeCommand } from "../../../../lib/contract/messages/command.ts";
import { requester } from "../action-routes.ts";
import { found } from "../errors.ts";
import { type Api, answer, body, carriedOut, ONCE, refusals } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";
import { revisionView, settingsView } from "../views/settings.ts";

const tags = ["settings"];
const params = z.object({ of: SettingsOf, name: z.string().max(1_000) });
const path = "/settings/{of}/{name}";
/** The newest revisions that the history shows. */
const MOST_REVISIONS = 100;

const read = createRoute({
  method: "get",
  path,
  tags,
  summary: "Settings of a workflow, a reaction, a breaker or a shared limit, with their ranges",
  request: { params },
  responses: { 200: answer(SettingsView, "The settings"), ...refusals(404) },
});
const history = createRoute({
  method: "get",
  path: `${path}/history`,
  tags,
  summary: "Changes of settings, newest first",
  request: { params },
  responses: {
    200: answer(z.object({ items: z.array(SettingsRevisionView) }), "The newest 100 changes"),
    ...refusals(404),
  },
});
const change = createRoute({
  method: "post",
  path,
  tags,
  summary: "Changes settings without a deployment",
  request: { params, headers: ONCE, body: body(ChangeSettings) },
  responses: { 200: answer(Outcome, "What was done"), ...refusals(404, 409) },
});
const restore = createRoute({
  method: "post",
  path: `${path}/restore`,
  tags,
  summary: "Returns to the values of an earlier revision",
  request: { params, headers: ONCE, body: body(RestoreSettings) },
  responses: { 200: answer(Outcome, "What was done"), ...refusals(404, 409) },
});

export function settingsRoutes(api: Api, { system, views, control }: ApiPorts): void {
  /** What the path names, and its settings. */
  const known = ({ of, name }: z.infer<typeof params>) => {
    const target = TARGETS[of];
    const all = system.settings[target];
    const settings = Object.hasOwn(all, name) ? all[name] : undefined;
    return { target, name, settings: found(settings, of, name, PLACES[of]) };
  };

  api.openapi(read, async (context) => {
    const { target, name, settings } = known(context.req.valid("param"));
    const [item] = await views.controls([{ target, name }]);
    return context.json(settingsView(settings, item?.settings), 200);
  });

  api.openapi(history, async (context) => {
    const { target, name } = known(context.req.valid("param"));
    const items = await views.settings(target, name, MOST_REVISIONS);
    return context.json({ items: items.map(revisionView) }, 200);
  });

  for (const route of [change, restore]) {
    api.openapi(route, async (context) => {
      const { target, name } = known(context.req.valid("param"));
      const outcome = await control({
        ...context.req.valid("json"),
        action: "set",
        target: targetOf(target, name),
        ...requester(context),
      });
      return context.json(carriedOut(outcome), 200);
    });
  }
}

const TARGETS = { workflow: "workflow", reaction: "subscriber", breaker: "breaker", limit: "limit" } as const;

const PLACES = {
  workflow: "GET /api/workflows lists them.",
  reaction: "GET /api/subscribers lists them.",
  breaker: "GET /api/breakers lists them.",
  limit: "GET /api/limits lists them.",
};

function targetOf(target: ControlTarget, name: string): ChangeCommand["target"] {
  return { [target]: name } as ChangeCommand["target"];
}
