import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { liveUpdates } from "../live.ts";
import { type Api, refusals } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";

const MARK = z.string().max(8_000).optional();

const read = createRoute({
  method: "get",
  path: "/live",
  tags: ["live"],
  summary: "Changes since an earlier response, as server-sent events",
  description:
    "Responds when something changed, after 25 seconds at the latest. Send the last id with the next request to continue without gaps. The event `missed` says that changes may be missing, since there was no viewer for one hour: reload what you show.",
  request: {
    query: z.object({ since: MARK.meta({ description: "An id of an earlier response. Default: now" }) }),
    headers: z.object({ "last-event-id": MARK }),
  },
  responses: {
    200: {
      description: "Events whose data is a list of FeedChange, empty for `missed`",
      content: { "text/event-stream": { schema: z.string() } },
    },
    ...refusals(),
  },
});

export function liveRoutes(api: Api, { views, now, pause }: ApiPorts): void {
  api.openapi(read, async (context) => {
    const since = context.req.valid("header")["last-event-id"] ?? context.req.valid("query").since;
    const text = await liveUpdates(since, {
      feed: views.feed,
      registerViewer: views.registerViewer,
      now,
      pause,
    });
    return context.body(text, 200, { "content-type": "text/event-stream" });
  });
}
