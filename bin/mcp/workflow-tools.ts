import type { EventDetail, Outcome, Page, WorkflowView } from "../../lib/contract/api/index.ts";
import { UsageError } from "../explain.ts";
import { type ApiAnswer, type CallApi, read } from "./api.ts";
import type { JsonSchema } from "./route.ts";

/** A workflow that is offered as a tool of its own. */
export interface WorkflowTool {
  name: string;
  description: string;
  /** The contract of the event that starts it, as `payload`. */
  input: JsonSchema;
  workflow: string;
  event: string;
  version: number;
}

/** What a model gives to such a tool. */
export interface WorkflowArguments {
  payload: unknown;
  why: string;
  seconds: number;
  idempotencyKey?: string;
}

const LONGEST_NAME = 64;

/**
 * The tools of these workflows, or of all: one for each event that starts one of them. Throws a UsageError for
 * a workflow that is not deployed.
 */
export async function workflowTools(names: readonly string[], call: CallApi): Promise<WorkflowTool[]> {
  const { items } = await read<Page<WorkflowView>>(call, "/workflows");
  const unknown = names.find((name) => !items.some((workflow) => workflow.name === name));
  if (unknown !== undefined)
    throw new UsageError(
      `There is no workflow "${unknown}". Deployed are: ${items.map(({ name }) => name).join(", ")}.`,
    );
  const chosen = names.length === 0 ? items : items.filter(({ name }) => names.includes(name));
  const tools = await Promise.all(
    chosen.flatMap(({ name, on }) =>
      on.map(async (event) =>
        toolOf(name, await read<EventDetail>(call, `/events/${encodeURIComponent(event)}`), on.length > 1),
      ),
    ),
  );
  return tools.flat();
}

function toolOf(workflow: string, event: EventDetail, isOneOfSeveral: boolean): WorkflowTool[] {
  const newest = event.contracts.toSorted((a, b) => b.version - a.version)[0];
  if (!newest) return [];
  const name = `run_${workflow}${isOneOfSeveral ? `_on_${event.name}` : ""}`.replaceAll(/[^a-z0-9]/g, "_");
  const about = event.description === undefined ? "" : ` ${event.description}`;
  return [
    {
      name: name.slice(0, LONGEST_NAME),
      description: `Runs the workflow ${workflow}, as if ${event.name} had arrived.${about} Waits up to \`seconds\` for its end; a run that takes longer continues, and the answer says which tool follows or continues it. The same idempotencyKey returns to the same run.`,
      input: {
        type: "object",
        properties: {
          payload: within(newest.schema, "#/properties/payload"),
          why: {
            type: "string",
            minLength: 1,
            maxLength: 1_000,
            description: "Reason, recorded in the history",
          },
          seconds: { type: "number", minimum: 1, maximum: 300, default: 30 },
          idempotencyKey: { type: "string", maxLength: 200 },
        },
        required: ["payload", "why"],
        additionalProperties: false,
      },
      workflow,
      event: event.name,
      version: newest.version,
    },
  ];
}

/** Starts a run of the workflow. Its id is in the answer. */
export async function startRun(
  { workflow, event, version }: WorkflowTool,
  { payload, why, idempotencyKey }: WorkflowArguments,
  call: CallApi,
  newKey: () => string,
): Promise<Omit<ApiAnswer, "value"> & { value: Partial<Outcome> }> {
  const answer = await call({
    method: "POST",
    path: "/runs",
    headers: { "content-type": "application/json", "idempotency-key": idempotencyKey ?? newKey() },
    body: JSON.stringify({ workflow, event, version, payload, why }),
  });
  return { ok: answer.ok, value: answer.value as Partial<Outcome> };
}

/** A schema as a part of another: its references begin there. */
function within({ $schema: _, ...schema }: JsonSchema, at: string): JsonSchema {
  return JSON.parse(
    JSON.stringify(schema, (key, value) =>
      key === "$ref" && typeof value === "string" && value.startsWith("#") ? at + value.slice(1) : value,
    ),
  );
}
