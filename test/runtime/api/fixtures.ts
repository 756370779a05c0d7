import { fenceOf } from "../../../lib/contract/fence.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { System } from "../../../lib/contract/system.ts";
import type { ApprovalItem, ClaimItem, RunItem } from "../../../lib/contract/table.ts";

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
