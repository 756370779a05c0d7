import type { ToolAnnotations } from "@modelcontextprotocol/server";

/** A tool that is one route of the API. */
export interface RouteTool {
  readonly name: string;
  /** As in the API's description: "POST /runs/{run}/retry". */
  readonly route: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
}

/** It changes nothing. */
export const READS = { readOnlyHint: true, openWorldHint: false };
/** A change that can be reverted, or that is the normal purpose of a workflow. */
export const CHANGES = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};
/** It cannot be reverted. */
const DESTROYS = { ...CHANGES, destructiveHint: true };

const withAnnotations =
  (annotations: ToolAnnotations) =>
  (name: string, route: string, description: string): RouteTool => ({
    name,
    route,
    description,
    annotations,
  });
const reads = withAnnotations(READS);
const changes = withAnnotations(CHANGES);
const destroys = withAnnotations(DESTROYS);

/** The routes that are offered as tools. The caller needs the role that the route needs. */
export const ROUTE_TOOLS: readonly RouteTool[] = [
  reads("list_workflows", "GET /workflows", "Deployed workflows: their events, steps, versions and queues."),
  reads("list_events", "GET /events", "Events with their publishers and subscribers."),
  reads("get_event", "GET /events/{name}", "The contracts of an event: a JSON Schema for each version."),
  reads(
    "list_runs",
    "GET /runs",
    "Runs, newest first. status=open: all that have not ended; status=failed, workflow=…, key=…, text=… narrow it. waiting=true says what each waits for.",
  ),
  reads(
    "get_run",
    "GET /runs/{run}",
    "One run: status, steps with their attempts, input, output, failure, what it waits for.",
  ),
  reads("get_run_log", "GET /runs/{run}/log", "The log of a run, oldest first."),
  reads("get_correlation", "GET /correlations", "All runs and events that one outside event led to."),
  reads("list_approvals", "GET /approvals", "Pending approvals of people."),
  reads("list_deliveries", "GET /deliveries", "Deliveries of one event, or those that need attention."),
  reads("list_dead_letters", "GET /dead-letters", "Messages that failed too often, with the reason."),
  reads("list_quarantine", "GET /quarantine", "Events that were not admitted, with the reason."),
  reads("get_quarantined", "GET /quarantine/{id}", "One quarantined event with its body and its findings."),
  reads("list_breakers", "GET /breakers", "Circuit breakers of downstreams."),
  reads("list_limits", "GET /limits", "Limits that workflows share, with the workflows that use each."),
  reads(
    "get_limit",
    "GET /limits/{name}",
    "The runs that have a place in a shared limit, and those that wait for one. `key` is required only if each key has places of its own.",
  ),
  reads(
    "get_settings",
    "GET /settings/{of}/{name}",
    "Settings of a workflow, a reaction, a breaker or a shared limit, with their ranges: what can be changed without a deployment.",
  ),
  reads("list_settings_history", "GET /settings/{of}/{name}/history", "Changes of settings: who, when, why."),
  reads("list_replays", "GET /replays", "Replays of archived events."),
  changes(
    "send_event",
    "POST /events",
    "Sends an event. It is checked against its contract, and starts the runs that subscribe to it: get_correlation with the id of the event lists them.",
  ),
  changes(
    "start_run",
    "POST /runs",
    "Starts a run of one workflow, as if its event had arrived. Use follow_run to see how it ends.",
  ),
  changes(
    "signal_run",
    "POST /runs/{run}/signal",
    "Sends a signal to one run, or an event that it waits for. get_run says what a run waits for, get_event the schema.",
  ),
  changes(
    "retry_run",
    "POST /runs/{run}/retry",
    "Retries a failed run from the failed step; completed steps are reused.",
  ),
  changes("pause_run", "POST /runs/{run}/pause", "Pauses a run: no step starts until it is resumed."),
  changes("resume_run", "POST /runs/{run}/resume", "Resumes a paused run."),
  destroys("terminate_run", "POST /runs/{run}/terminate", "Terminates a run and undoes its completed steps."),
  changes(
    "pause_workflow",
    "POST /workflows/{name}/pause",
    "Pauses a workflow: no event is admitted, no step starts.",
  ),
  changes("resume_workflow", "POST /workflows/{name}/resume", "Resumes a paused or drained workflow."),
  changes(
    "change_settings",
    "POST /settings/{of}/{name}",
    "Changes settings within their ranges; null returns to the definition's value.",
  ),
  changes(
    "restore_settings",
    "POST /settings/{of}/{name}/restore",
    "Returns to the settings of an earlier revision; 0 for those of the definition.",
  ),
  destroys(
    "decide_approval",
    "POST /approvals/{run}/{path}",
    "Approves, rejects or delegates, with a note. Needs the role decider or operator. Ask your user before you decide.",
  ),
  changes(
    "replay_events",
    "POST /replays",
    "Delivers archived events of a time range again. dry=true only counts.",
  ),
  changes(
    "redrive_dead_letter",
    "POST /dead-letters/{id}/redrive",
    "Sends a dead letter back to its queue, unchanged or edited.",
  ),
  destroys(
    "discard_dead_letter",
    "POST /dead-letters/{id}/discard",
    "Discards a dead letter; the step that waits for it fails.",
  ),
  changes(
    "release_quarantined",
    "POST /quarantine/{id}/release",
    "Delivers a quarantined event again, unchanged or corrected.",
  ),
];
