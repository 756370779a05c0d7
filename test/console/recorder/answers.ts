import type { LogEntry, Page, RunDetail, RunSummary, StepView } from "../../../lib/contract/api/index.ts";
import type { Requests } from "../../end-to-end/api/requests.ts";

/**
 * Answers by what was asked: "/runs/a/log". Items of a list are stored one by one, so that a change of one leaves the
 * others alone: "/runs#a". The state of a run at an earlier time is stored as what differs from now: "/runs/a@<time>".
 */
export type Answers = Map<string, unknown>;

/** What is asked of a route, and under which names the answers are stored, from the answers so far. */
type Asked = Record<string, string>;

const one = (path: string) => (): Asked => ({ [path]: path });
const list =
  (path: string, query = "") =>
  (): Asked => ({ [path]: `${path}?limit=200${query}` });
const each =
  (of: string, field: string, rest = "") =>
  (answers: Answers): Asked =>
    Object.fromEntries(
      itemsOf<Record<string, string>>(answers, of).map((item) => {
        const path = `${of}/${encodeURIComponent(item[field]!)}${rest}`;
        return [path, path];
      }),
    );

/**
 * The routes of the API that only read, as its description has them, in an order in which each knows what to ask. Not
 * among them: a correlation, which repeats the logs of its runs; the address of a file, which expires; live updates.
 */
export const ROUTES: Record<string, (answers: Answers) => Asked> = {
  "/session": one("/session"),
  "/workflows": one("/workflows"),
  "/subscribers": one("/subscribers"),
  "/map": one("/map"),
  "/events": one("/events"),
  "/events/{name}": each("/events", "name"),
  "/runs": list("/runs", "&waiting=true"),
  "/runs/{run}": each("/runs", "run"),
  "/runs/{run}/log": (answers) =>
    renamed(each("/runs", "run", "/log")(answers), (path) => `${path}?limit=200`),
  "/runs/{run}/timeline": each("/runs", "run", "/timeline"),
  "/runs/{run}/lines": each("/runs", "run", "/lines"),
  "/runs/{run}/input": (answers) => ofSteps(answers, "input", () => true),
  "/runs/{run}/progress": (answers) => ofSteps(answers, "progress", ({ state }) => state === "running"),
  "/deliveries": list("/deliveries"),
  "/approvals": list("/approvals"),
  "/dead-letters": list("/dead-letters"),
  "/dead-letters/{id}": each("/dead-letters", "id"),
  "/quarantine": list("/quarantine"),
  "/quarantine/{id}": each("/quarantine", "id"),
  "/breakers": one("/breakers"),
  "/limits": one("/limits"),
  "/limits/{name}": each("/limits", "limit"),
  "/settings/{of}/{name}": (answers) => ofSettings(answers),
  "/settings/{of}/{name}/history": (answers) => ofSettings(answers, "/history"),
  "/replays": list("/replays"),
  "/replays/{id}": each("/replays", "replay"),
};

/** Asks all that the console asks. What cannot have changed since the known answers is not asked again. */
export async function readAnswers({ get }: Requests, known: Answers): Promise<Answers> {
  const answers: Answers = new Map();
  for (const [route, pathsOf] of Object.entries(ROUTES)) {
    for (const [name, path] of Object.entries(pathsOf(answers))) {
      const same = isUnchanged(route, name, known, answers);
      store(answers, name, same ? known.get(name) : await ask(get, path));
    }
  }
  return answers;
}

async function ask(get: Requests["get"], path: string): Promise<any> {
  const { status, text } = await get(`api${path}`);
  if (status !== 200) throw new Error(`GET ${path} was answered ${status}: ${text}`);
  return JSON.parse(text, recorded);
}

/** Not recorded: the time of the question, and places in the files of the machine that records. */
const OMITTED = ["asOf", "stack", "code", "location"];

function recorded(field: string, value: unknown): unknown {
  if (OMITTED.includes(field)) return undefined;
  // It looks like a secret, and is one on AWS.
  if (field === "body") return (value as string).replace(/("taskToken":")[^"]+/, "$1the-token-of-a-task");
  return value;
}

/**
 * Definitions and inputs do not change, nor do runs that have ended and have the same line in the list; and if the state
 * of a run has not changed, then nothing else of it has.
 */
function isUnchanged(route: string, name: string, known: Answers, answers: Answers): boolean {
  if (!known.has(name)) return false;
  if (route === "/events/{name}" || route === "/runs/{run}/input") return true;
  const [, path, run, rest] = /^(\/runs\/([^/?]+))(.*)$/.exec(name) ?? [];
  if (path === undefined) return false;
  if (rest !== "") return isSame(known.get(path), answers.get(path));
  const listed = answers.get(`/runs#${run}`) as RunSummary;
  return listed.endedAt !== undefined && isSame(known.get(`/runs#${run}`), listed);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The states of each run at some of the times at which something happened, as what differs from its state now. */
export async function readMoments({ get }: Requests, answers: Answers): Promise<Answers> {
  const moments: Answers = new Map();
  for (const now of detailsIn(answers)) {
    const { items } = answers.get(`/runs/${now.run}/log`) as Page<LogEntry>;
    for (const at of spread([...new Set(items.map((entry) => entry.at))])) {
      moments.set(`/runs/${now.run}@${at}`, differences(await ask(get, `/runs/${now.run}?at=${at}`), now));
    }
  }
  return moments;
}

const MOST_MOMENTS = 6;

/** Some of them, the first and the last among them. */
function spread<Item>(all: readonly Item[]): Item[] {
  const step = Math.max(1, (all.length - 1) / (MOST_MOMENTS - 1));
  return Array.from({ length: Math.min(all.length, MOST_MOMENTS) }, (_, at) => all[Math.round(at * step)]!);
}

/** The fields that differ; null where the other has a field that this has not. */
function differences(then: RunDetail, now: RunDetail): object {
  const names = Object.keys({ ...now, ...then }) as (keyof RunDetail)[];
  const differing = names.filter((name) => !isSame(then[name], now[name]));
  return Object.fromEntries(differing.map((name) => [name, then[name] ?? null]));
}

/** What changed from one to the other, by name; null for what is gone. */
export function changes(before: Answers, after: Answers): Record<string, unknown> {
  const changed = [...after].filter(([name, answer]) => !isSame(before.get(name), answer));
  const gone = [...before.keys()].filter((name) => !after.has(name));
  return Object.fromEntries([...changed, ...gone.map((name) => [name, null] as const)]);
}

function store(answers: Answers, name: string, answer: any): void {
  const isList = /^\/[\w-]+$/.test(name) && Array.isArray(answer.items);
  if (!isList) return void answers.set(name, answer);
  for (const item of answer.items) answers.set(`${name}#${identityOf(item)}`, item);
}

const IDENTIFYING = "id replay breaker limit run path level event subscriber name".split(" ");

function identityOf(item: Record<string, unknown>): string {
  return IDENTIFYING.map((field) => item[field])
    .filter((value) => ["string", "number"].includes(typeof value))
    .join(" ");
}

function itemsOf<Item>(answers: Answers, list: string): Item[] {
  return [...answers].flatMap(([name, item]) => (name.startsWith(`${list}#`) ? [item as Item] : []));
}

function detailsIn(answers: Answers): RunDetail[] {
  return itemsOf<RunSummary>(answers, "/runs").map(({ run }) => answers.get(`/runs/${run}`) as RunDetail);
}

function ofSteps(answers: Answers, what: string, isMeant: (step: StepView) => boolean): Asked {
  return Object.fromEntries(
    detailsIn(answers).flatMap(({ run, steps }) =>
      steps
        .filter(({ direction }) => direction === "do")
        .filter(isMeant)
        .map(({ path }) => {
          const asked = `/runs/${run}/${what}?path=${encodeURIComponent(path)}`;
          return [asked, asked];
        }),
    ),
  );
}

function ofSettings(answers: Answers, rest = ""): Asked {
  const names = (of: string, list: string, field: string) =>
    itemsOf<Record<string, string>>(answers, list).map((item) => `/settings/${of}/${item[field]}${rest}`);
  const reactions = itemsOf<{ kind: string; name: string }>(answers, "/subscribers").filter(
    ({ kind }) => kind === "reaction",
  );
  const paths = [
    ...names("workflow", "/workflows", "name"),
    ...reactions.map(({ name }) => `/settings/reaction/${name}${rest}`),
    ...names("breaker", "/breakers", "breaker"),
    ...names("limit", "/limits", "limit"),
  ];
  return Object.fromEntries(paths.map((path) => [path, path]));
}

function renamed(asked: Asked, path: (name: string) => string): Asked {
  return Object.fromEntries(Object.keys(asked).map((name) => [name, path(name)]));
}
