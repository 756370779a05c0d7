import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { type Api, answer, refusals } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";

const Address = z.object({ url: z.string() }).meta({ id: "SignedAddress" });

const read = createRoute({
  method: "get",
  path: "/artifacts",
  tags: ["artifacts"],
  summary: "A temporary address of a file of a run",
  description: "Redirects to the file; with Accept: application/json, returns the address instead.",
  request: { query: z.object({ uri: z.string().max(2_000).meta({ description: "s3://bucket/key" }) }) },
  responses: {
    200: answer(Address, "The address"),
    302: { description: "To the address" },
    ...refusals(404),
  },
});

export function artifactRoutes(api: Api, { views }: ApiPorts): void {
  api.openapi(read, async (context) => {
    const { uri } = context.req.valid("query");
    const url = await views.signedUrl(uri);
    if (url === undefined) throw notFound("file", uri, "Only files of this deployment's runs are served.");
    if (context.req.header("accept")?.includes("application/json")) return context.json({ url }, 200);
    return context.redirect(url, 302);
  });
}
