import { McpServer, ResourceTemplate } from "@modelcontextprotocol/server";
import * as z from "zod";
import type { EventSummary, Page, RunDetail, RunSummary } from "../../lib/contract/api/index.ts";
import { type CallApi, messageOf, RefusedError, read } from "./api.ts";
import { inputSchemaOf } from "./input-schema.ts";
import { type OpenApi, pathOf, routeOf } from "./route.ts";
import { type RunReport, reportOf } from "./run-report.ts";
import { CHANGES, READS, ROUTE_TOOLS } from "./tools.ts";
import { startRun, type WorkflowArguments, type WorkflowTool } from "./workflow-tools.ts";

export interface McpPorts {
  /** The API of the deployment: it enforces roles and limits, and records the history. */
  call: CallApi;
  newKey: () => string;
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
}

/** The longest answer in characters: a list of runs would fill a model's context. */
const LONGEST = 40_000;
/** Milliseconds between two reads of a run that is followed. */
const PAUSE = 1_000;
const MOST_SECONDS = 300;
const DEFAULT_SECONDS = 30;
/** Milliseconds in which a run that was started is accepted, in the worst case. */
const ACCEPTED_WITHIN = 10_000;
/** Milliseconds in which an event that was sent has reached the run that waits for it, usually. */
const DELIVERED_WITHIN = 4_000;

const INSTRUCTIONS =
  "Millrace runs workflows that events start. Send an event with send_event or start one workflow with start_run, then follow_run. explain_run says why a run failed and what to do. Every change needs a reason (why; a note for decide_approval), which is recorded under the name of your token.";

/**
 * A server of the Model Context Protocol for one deployment. `document` is its API's description, `workflows`
 * are those that are offered as tools of their own.
 */
export function mcpServer(
  document: OpenApi,
  ports: McpPorts,
  workflows: readonly WorkflowTool[] = [],
): McpServer {
  const server = new McpServer(
    { name: "millrace", version: document.info.version },
    { instructions: INSTRUCTIONS },
  );
  offerRoutes(server, document, ports);
  offerRuns(server, ports);
  for (const workflow of workflows) offerWorkflow(server, workflow, ports);
  offerResources(server, ports.call);
  return server;
}

function offerRoutes(server: McpServer, document: OpenApi, { call, newKey }: McpPorts): void {
  for (const { name, route, description, annotations } of ROUTE_TOOLS) {
    const offered = routeOf(document, route);
    if (!offered) continue;
    const inputSchema = inputSchemaOf(offered.input);
    server.registerTool(name, { description, annotations, inputSchema }, async (given) => {
      return await answered(async () => {
        const { ok, value } = await call(offered.request(given, newKey));
        if (!ok) throw new RefusedError(value);
        return name === "list_workflows" ? withoutGraphs(value) : value;
      });
    });
  }
}

const RUN = z.object({ run: z.string().describe("The id of the run") });

function offerRuns(server: McpServer, ports: McpPorts): void {
  server.registerTool(
    "explain_run",
    {
      description:
        "Explains a run: status, why it failed with file and line, each attempt, what it waits for, and the next steps.",
      annotations: READS,
      inputSchema: RUN,
    },
    async ({ run }) => await answered(async () => reportOf(await runOf(run, ports))),
  );
  server.registerTool(
    "follow_run",
    {
      description:
        "Waits until a run ends, or waits itself for a person, an event or another run, and explains it. Returns after `seconds` in any case: call it again.",
      annotations: READS,
      inputSchema: RUN.extend({ seconds: z.number().min(1).max(MOST_SECONDS).default(DEFAULT_SECONDS) }),
    },
    async ({ run, seconds }) => await answered(() => follow(run, seconds, ports)),
  );
}

/** A workflow as a tool: its run is started, and followed for some time. */
function offerWorkflow(server: McpServer, workflow: WorkflowTool, ports: McpPorts): void {
  const { name, description, input } = workflow;
  const inputSchema = inputSchemaOf(input);
  server.registerTool(name, { description, annotations: CHANGES, inputSchema }, async (given) => {
    const { seconds = DEFAULT_SECONDS, ...rest } = given as Partial<WorkflowArguments>;
    const started = await startRun(
      workflow,
      { seconds, ...rest } as WorkflowArguments,
      ports.call,
      ports.newKey,
    );
    const { run } = started.value;
    if (!started.ok || run === undefined) return started.ok ? text(started.value) : refused(started.value);
    return await answered(() => follow(run, seconds, ports));
  });
}

async function runOf(run: string, { call }: McpPorts): Promise<RunDetail> {
  return await read<RunDetail>(call, `/runs/${pathOf("run", run)}`);
}

/** Reads a run until it ends or waits for others, for so long. */
async function follow(run: string, seconds: number, ports: McpPorts): Promise<RunReport> {
  const { now, sleep } = ports;
  const since = now();
  const isOver = (milliseconds: number) => now() + PAUSE > since + milliseconds;
  for (;;) {
    const found = await runOf(run, ports).catch((error: unknown) => {
      // start_run answers before the run is accepted.
      const isComing = error instanceof RefusedError && error.code === "not-found";
      if (isComing && !isOver(Math.min(ACCEPTED_WITHIN, seconds * 1_000))) return undefined;
      throw error;
    });
    if (found && isOver(seconds * 1_000)) return reportOf(found);
    // A signal that was just sent is still on its way.
    const isExpected = found?.waiting?.some(({ by }) => by !== "person") && !isOver(DELIVERED_WITHIN);
    if (found && !isExpected) {
      const report = reportOf(found);
      if (report.settled) return report;
    }
    await sleep(PAUSE);
  }
}

function offerResources(server: McpServer, call: CallApi): void {
  const runs = new ResourceTemplate("millrace://runs/{run}", {
    list: async () => {
      const { items } = await read<Page<RunSummary>>(call, "/runs?limit=20");
      return {
        resources: items.map(({ run, workflow, status }) => ({
          uri: `millrace://runs/${run}`,
          name: run,
          description: `${workflow}: ${status}`,
          mimeType: "application/json",
        })),
      };
    },
  });
  server.registerResource("run", runs, { description: "A run, explained" }, async (uri, { run }) =>
    json(uri, reportOf(await read<RunDetail>(call, `/runs/${pathOf("run", run)}`))),
  );
  const contracts = new ResourceTemplate("millrace://events/{name}", {
    list: async () => {
      const { items } = await read<Page<EventSummary>>(call, "/events");
      return {
        resources: items
          .filter(({ reserved }) => !reserved)
          .map(({ name, description }) => ({
            uri: `millrace://events/${name}`,
            name,
            description,
            mimeType: "application/json",
          })),
      };
    },
  });
  server.registerResource(
    "contract",
    contracts,
    { description: "The contracts of an event: a JSON Schema for each version" },
    async (uri, { name }) => json(uri, await read(call, `/events/${pathOf("name", name)}`)),
  );
}

function json(uri: URL, value: unknown) {
  return {
    contents: [{ uri: uri.href, mimeType: "application/json", text: JSON.stringify(value, null, 2) }],
  };
}

function text(value: unknown) {
  const whole = JSON.stringify(value, null, 1);
  const shown =
    whole.length <= LONGEST
      ? whole
      : `${whole.slice(0, LONGEST)}\n… ${whole.length - LONGEST} more characters. Ask for less: a smaller limit, or one item.`;
  return { content: [{ type: "text" as const, text: shown }] };
}

function refused(value: unknown) {
  return { isError: true, content: [{ type: "text" as const, text: inTools(messageOf(value)) }] };
}

/** The API names its routes in what it refuses: here they are tools. */
function inTools(message: string): string {
  return message.replace(/\b([A-Z]+) \/api(\/[\w/{}-]+)/g, (whole, method, path) => {
    const tool = ROUTE_TOOLS.find(({ route }) => route === `${method} ${path}`);
    return tool?.name ?? whole;
  });
}

async function answered(make: () => Promise<unknown>) {
  try {
    return text(await make());
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}

/** Graphs are for people, and larger than everything else. */
function withoutGraphs(value: unknown): unknown {
  const { items } = value as { items: { graph?: unknown }[] };
  return { items: items.map(({ graph: _, ...rest }) => rest) };
}
