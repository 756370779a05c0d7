import { type ZodType, z } from "zod";
import { api, controlPlane } from "../../../lambdas/runtime/api/app.ts";
import type { Authorizer } from "../../../lambdas/runtime/api/auth.ts";
import type { ConsoleFiles } from "../../../lambdas/runtime/api/console-files.ts";
import type { ApiPorts, Views } from "../../../lambdas/runtime/api/ports.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import { NOW, SYSTEM, TOKEN } from "./fixtures.ts";

const nothing = async () => undefined;
const none = async () => ({ items: [], next: undefined });

const VIEWS: Views = {
  runs: none,
  openApprovals: none,
  quarantined: none,
  deadLetters: none,
  replays: none,
  deliveries: none,
  runItem: nothing,
  limitLane: async () => ({ lane: undefined, waiting: [] }),
  run: nothing,
  release: nothing,
  quarantine: nothing,
  deadLetter: nothing,
  replay: nothing,
  modelProgress: nothing,
  signedUrl: nothing,
  log: async () => [],
  logPart: none,
  correlated: async () => ({ runs: [], entries: [] }),
  versions: async () => [],
  controls: async (names) => names.map(() => undefined),
  settings: async () => [],
  breakers: async (names) => names.map(() => undefined),
  queues: async () => [],
  depths: async () => new Map(),
  ages: async () => new Map(),
  deliveriesOf: async () => [],
  written: async () => [],
  sentInput: nothing,
  feed: async () => [],
  registerViewer: async () => 0,
};

interface Given extends Partial<Omit<ApiPorts, "views">> {
  views?: Partial<Views>;
  files?: Partial<ConsoleFiles>;
}

/** The control plane over fakes. Each JSON answer of a documented route is held against its schema. */
export function testApi({ views, files, ...more }: Given = {}) {
  const orders: Command[] = [];
  const sent: { name: string; payload: unknown; saying: object }[] = [];
  const logged: string[] = [];
  const log = (message: string, fields?: object) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const ports: ApiPorts = {
    system: SYSTEM,
    producers: [],
    logGroups: { "make-film": { draw: "/millrace/Films/Millrace/make-film/draw/Worker" } },
    views: { ...VIEWS, ...views },
    approvals: { decide: async () => ({ decided: true }), delegate: async () => ({ decided: true }) },
    control: async (command) => {
      orders.push(command);
      return { done: true, says: "Done." };
    },
    publish: async ({ name }, payload, saying) => {
      sent.push({ name, payload, saying: saying! });
      return saying!.id!;
    },
    isToken: async (token) => token === TOKEN,
    signIn: { by: "token" },
    place: { region: "eu-central-1", deployedOn: "aws" },
    now: () => NOW,
    pause: async () => {},
    log: { info: log, warn: log, error: log },
    ...more,
  };
  const noFiles: ConsoleFiles = { read: nothing, etag: () => '"tag"', artifactSource: undefined };
  const app = controlPlane(ports, { ...noFiles, ...files });
  const documented = api("api", ports).openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === "route" ? [definition.route] : [],
  );

  /** The schema that an answer has to keep. */
  function schemaOf(method: string, path: string, status: number): ZodType | undefined {
    const bare = path.replace(/^\/(api|iam)/, "").split("?")[0]!;
    const route = documented.find(
      (one) =>
        one.method === method.toLowerCase() &&
        new RegExp(
          `^${one.path
            .replaceAll("{.+}", "*")
            .replaceAll(/\{\w+\*\}/g, ".+")
            .replaceAll(/\{\w+\}/g, "[^/]+")}$`,
        ).test(bare),
    );
    const responses = route?.responses as Record<number, { content?: Contents }> | undefined;
    return responses?.[status]?.content?.["application/json"]?.schema;
  }

  type Contents = Record<string, { schema: ZodType }>;

  interface Asking {
    headers?: Record<string, string | undefined>;
    body?: unknown;
    authorizer?: Authorizer;
  }

  async function ask(method: string, path: string, { headers, body, authorizer }: Asking = {}) {
    const all = {
      authorization: `Bearer ${TOKEN}`,
      ...(method === "POST" && { "idempotency-key": "k1" }),
      ...headers,
    };
    const given = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const response = await app.request(
      path,
      {
        method,
        headers: [
          ...given,
          ...(body === undefined ? [] : [["content-type", "application/json"] as [string, string]]),
        ],
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      },
      { event: { requestContext: { authorizer } } },
    );
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    const json: any = isJson ? JSON.parse(text) : undefined;
    const schema = isJson ? schemaOf(method, path, response.status) : undefined;
    if (schema) z.parse(schema, json);
    else if (isJson && response.status === 200 && !path.endsWith("/openapi.json"))
      throw new Error(`The answer to ${method} ${path} has no schema.`);
    return { status: response.status, headers: response.headers, text, json };
  }

  return {
    orders,
    sent,
    logged,
    documented,
    ports,
    get: (path: string, asking?: Asking) => ask("GET", path, asking),
    post: (path: string, body: unknown, asking?: Asking) => ask("POST", path, { ...asking, body }),
  };
}
