import type { Part } from "../../../console/mock/recording.ts";
import type { FeedChange } from "../../../lib/contract/api/index.ts";
import { simulate } from "../../../local/simulate.ts";
import { requestsTo } from "../../end-to-end/api/requests.ts";
import { type Answers, changes, readAnswers, readMoments } from "./answers.ts";
import { DELAYS, type Failing, languageModel, sendParcelCrashes, standIns } from "./stand-ins.ts";
import { play, type Stage } from "./story.ts";
import { STACK } from "./synthesize.ts";

/** Records the story. The same code makes the same recording. */
export async function record(assembly: string, seed = "console"): Promise<Part[]> {
  const failing: Failing = new Set();
  const crash = sendParcelCrashes();
  const cloud = await simulate(assembly, {
    seed,
    start: "2026-03-02T08:00:00Z",
    handlers: standIns(failing),
    faults: { calls: [crash, ...DELAYS] },
    outside: languageModel,
  });
  try {
    return await recordParts({ cloud, requests: await requestsTo(cloud, STACK), failing, crash });
  } finally {
    await cloud.close();
  }
}

async function recordParts(stage: Stage): Promise<Part[]> {
  const { cloud, requests } = stage;
  const time = () => new Date(cloud.now()).toISOString();
  let known: Answers = new Map();
  const parts: Part[] = [];
  /** Adds a part, with what has changed since the one before. */
  const add = async (begun: Pick<Part, "name" | "from" | "command">) => {
    const answers = await readAnswers(requests, known);
    const part: Part = { ...begun, to: time(), feed: [], changed: changes(known, answers) };
    parts.push(part);
    known = answers;
    if (lasts(part) <= LONGEST) part.feed = await readFeed(requests, part.from);
    else Object.assign(part.changed, Object.fromEntries(await readMoments(requests, answers)));
  };

  await add({ name: "a new app", from: time() });
  await play(stage, {
    async happening(name, happens) {
      const from = time();
      await happens();
      await add({ name, from });
    },
    async command(name, path, body, after = "1 second") {
      const from = time();
      const { status, json } = await requests.post(`api${path}`, body);
      await cloud.advance(after);
      await add({ name, from, command: { path, status, answer: json } });
    },
  });
  return parts;
}

/** Milliseconds. No page waits for longer than that for live updates; and only longer parts have a past to look at. */
const LONGEST = 20_000;

const lasts = ({ from, to }: Part) => Date.parse(to) - Date.parse(from);

async function readFeed({ get }: Stage["requests"], since: string): Promise<FeedChange[]> {
  const { text } = await get("api/live", { "last-event-id": since });
  const changes: FeedChange[] = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? "[]");
  return changes.filter(({ at }) => at >= since);
}
