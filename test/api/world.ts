import { type ZodType, z } from "zod";
import { api, controlPlane } from "../../lambdas/runtime/api/app.ts";
import type { Authorizer } from "../../lambdas/runtime/api/auth.ts";
import type { ConsoleFiles } from "../../lambdas/runtime/api/console-files.ts";
import type { ApiPorts, Views } from "../../lambdas/runtime/api/ports.ts";
import { fenceOf } from "../../lambdas/runtime/work/claim.ts";
import type { Command } from "../../lib/contract/command.ts";
import { claimKey } from "../../lib/contract/keys/claim.ts";
import { runKey } from "../../lib/contract/keys/run.ts";
import type { System } from "../../lib/contract/system.ts";
import type { ApprovalItem, ClaimItem, RunItem } from "../../lib/contract/table.ts";

export const NOW = Date.parse("2026-03-01T12:00:00.000Z");
export const TIME = new Date(NOW).toISOString();
export const TOKEN = "the-token";

export const SYSTEM: System = {
  name: "Films",
  workflows: [
    {
      name: "make-film",
      version: "v1",
      on: ["film.wanted"],
      awaits: ["film.paid"],
      deadline: "2 days",
      within: "5 minutes",
      steps: ["draw"],
      calls: [],
    },
  ],
  reactions: [{ name: "tell-people", on: ["film.made"], emits: [], breaker: "mail", within: "5 minutes" }],
  steps: [{ name: "draw", emits: ["film.made"], breaker: "model" }],
  events: [
    event("film.wanted", [], ["make-film"]),
    event("film.paid", [], ["make-film"]),
    event("film.made", ["draw"], ["tell-people"]),
  ],
  settings: {
    workflow: {
      "make-film": [
        {
          name: "perKey.starts",
          default: 10,
          affects: "now",
          about: "Maximum number of starts",
          range: { type: "number", least: 1, most: 100, whole: true },
        },
      ],
    },
    subscriber: { "tell-people": [] },
    breaker: {},
    limit: { "model-calls": [] },
  },
  limits: [{ name: "model-calls", byKey: false, workflows: ["make-film"] }],
};

function event(name: string, publishers: string[], subscribers: string[]): System["events"][number] {
  const schema = {
    type: "object",
    properties: { film: { type: "string", minLength: 1 } },
    required: ["film"],
  };
  const contract = { version: 1, schema, example: { film: "tides" }, compatibility: "backward" };
  return { name, publishers, subscribers, contracts: [contract] };
}

export const RUN = "make-film-abcdefghijklmnopqrstuvwxyz";

export function run(more: Partial<RunItem> = {}): RunItem {
  const { run: id = RUN } = more;
  return {
    ...runKey(id),
    kind: "run",
    run: id,
    workflow: "make-film",
    epoch: 1,
    version: "v1",
    status: "running",
    event: {
      id: "e1",
      name: "film.wanted",
      version: 1,
      time: TIME,
      source: "shop",
      correlation: "c1",
      hops: 0,
    },
    payload: "digest",
    input: JSON.stringify({ run: {}, event: { film: "tides" } }),
    acceptedAt: TIME,
    changedAt: TIME,
    listedAt: TIME,
    list: "run#0",
    revision: 1,
    expiresAt: 0,
    ...more,
  } as RunItem;
}

export function claim(more: Partial<ClaimItem> = {}): ClaimItem {
  return {
    ...claimKey(RUN, 1, more.path ?? "draw"),
    kind: "claim",
    run: RUN,
    epoch: 1,
    workflow: "make-film",
    step: "draw",
    path: "draw",
    direction: "do",
    state: "done",
    owner: "o",
    lease: 0,
    attempt: 1,
    startedAt: TIME,
    fence: fenceOf({ entered: TIME, attempt: 1 }),
    endedAt: new Date(NOW + 2_000).toISOString(),
    result: { picture: "s3://films/a.png" },
    correlation: "c1",
    cause: "e1",
    hops: 0,
    changedAt: TIME,
    revision: 1,
    expiresAt: 0,
    ...more,
  } as ClaimItem;
}

export function question(more: Partial<ApprovalItem> = {}): ApprovalItem {
  return {
    pk: `approval#${RUN}`,
    sk: "approval#1#editor",
    kind: "approval",
    run: RUN,
    epoch: 1,
    workflow: "make-film",
    approval: "editor",
    path: "editor",
    state: "pending",
    level: 1,
    token: "task",
    fence: 1,
    show: { film: "s3://films/make-film/r/film.mp4" },
    askedAt: TIME,
    correlation: "c1",
    cause: "e1",
    hops: 0,
    changedAt: TIME,
    revision: 1,
    expiresAt: 0,
    ...more,
  } as ApprovalItem;
}

/** A request's headers and authorizer once API Gateway has verified a token with these claims. */
export function issued(claims: Record<string, unknown>) {
  const said = { iss: "https://issuer.example.com", sub: "s-1", ...claims };
  const payload = Buffer.from(JSON.stringify(said)).toString("base64url");
  const texts = Object.entries(said).map(([name, value]) => [
    name,
    Array.isArray(value) ? `[${value.join(" ")}]` : String(value),
  ]);
  return {
    headers: { authorization: `Bearer e30.${payload}.c2lnbmF0dXJl` },
    authorizer: { jwt: { claims: Object.fromEntries(texts) as Record<string, unknown> } },
  };
}

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
  lookOn: async () => 0,
};

interface Given extends Partial<Omit<ApiPorts, "views">> {
  views?: Partial<Views>;
  files?: Partial<ConsoleFiles>;
}

/** The control plane over fakes. Each JSON answer of a documented route is held against its schema. */
export function world({ views, files, ...more }: Given = {}) {
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
      sent.push({ name, payload, saying });
      return saying.id;
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
