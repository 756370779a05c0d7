import { createRoute } from "@hono/zod-openapi";
import { Outcome, SentEvent, SignalRun, StartRun } from "../../../../lib/contract/api/index.ts";
import type { ChangeRun } from "../../../../lib/contract/messages/command.ts";
import { indexedStatusOf } from "../../../../lib/contract/runs/run-indexes.ts";
import { offerActions, requester } from "../action-routes.ts";
import { ApiError, found, notFound } from "../errors.ts";
import { knownWorkflow } from "../known.ts";
import { type Api, answer, body, carriedOut, named, ONCE, refusals } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";
import { checkPayload, contractOf, sendChecked } from "../send-event.ts";

const tags = ["runs"];

const start = createRoute({
  method: "post",
  path: "/runs",
  tags,
  summary: "Starts a run, as if its event had arrived",
  request: { headers: ONCE, body: body(StartRun) },
  responses: { 200: answer(Outcome, "The run is requested"), ...refusals(404, 409, 413, 422) },
});
const signal = createRoute({
  method: "post",
  path: "/runs/{run}/signal",
  tags,
  summary: "Sends a signal to a run, or an event that it may wait for",
  request: { params: named("run"), headers: ONCE, body: body(SignalRun) },
  responses: { 200: answer(SentEvent, "The event is sent"), ...refusals(404, 409, 413, 422) },
});

const LIST_RUNS = "GET /api/runs lists them.";

export function runActionRoutes(api: Api, ports: ApiPorts): void {
  const { system, views, control } = ports;

  api.openapi(start, async (context) => {
    const { workflow: name, event, version, payload, why } = context.req.valid("json");
    const workflow = knownWorkflow(system, name);
    if (!workflow.on.includes(event))
      throw notFound("event", event, `${name} starts on: ${workflow.on.join(", ")}.`);
    await checkPayload(contractOf(system, event, version), payload);
    const outcome = await control({
      action: "start",
      target: { workflow: name },
      event,
      version,
      payload,
      why,
      ...requester(context),
    });
    return context.json(carriedOut(outcome), 200);
  });

  offerActions<ChangeRun>(api, ports, {
    tag: "runs",
    path: "/runs/{run}",
    name: "run",
    summaries: {
      pause: "Pauses a run: no step starts until it is resumed",
      resume: "Resumes a run",
      terminate: "Terminates a run and compensates it",
      retry: "Retries a run from the failed step",
    },
    async targetOf(run) {
      found(await views.runItem(run), "run", run, LIST_RUNS);
      return { run };
    },
  });

  api.openapi(signal, async (context) => {
    const { run } = context.req.valid("param");
    const { event, version, payload, why } = context.req.valid("json");
    const { by, key } = requester(context);
    const item = found(await views.runItem(run), "run", run, LIST_RUNS);
    const { awaits } = knownWorkflow(system, item.workflow);
    if (!awaits.includes(event))
      throw new ApiError(
        "not-found",
        `Run ${run} receives no "${event}". Runs of ${item.workflow} wait for: ${awaits.join(", ") || "none"}.`,
      );
    if (indexedStatusOf(item) !== "open")
      throw new ApiError(
        "conflict",
        `Run ${run} has ended (${item.status}): it receives no more signals and events.`,
      );
    const sent = await sendChecked(
      {
        contract: contractOf(system, event, version),
        payload,
        key,
        subject: run,
        correlation: item.event.correlation,
      },
      { by, why },
      ports,
    );
    return context.json(sent, 200);
  });
}
