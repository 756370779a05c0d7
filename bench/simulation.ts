import { join } from "node:path";
import { type Duration, type Simulation, simulate } from "../local/simulate.ts";
import { median, print, say, table } from "./figures.ts";
import { BENCH_APP, synthesizeInto, withFolder } from "./harness.ts";

/**
 * How long a test on virtual time takes: from `simulate` over an event and the days that pass to `close`, in this
 * process. The first story of a process loads and compiles what the later ones share, as the first test of a file does.
 */
const EXPENSE_APP = "node test/end-to-end/approvals/expense/app.ts";

interface Story {
  label: string;
  /** The CDK app, and the stack in it. */
  app: string;
  stack: string;
  schedules: boolean;
  event: string;
  payload: object;
  /** Virtual time that passes, in steps. */
  passes: Duration[];
  /** How often it is reported after the first two times. */
  later: number;
  /** An event that reports its end, so that a story that breaks off is not taken for a fast one. */
  end: string;
}

const approval = {
  app: EXPENSE_APP,
  stack: "Expenses",
  event: "expense.claimed",
  payload: { expenseId: "e", amount: 120 },
  passes: ["1 day", "1 day"],
  later: 20,
  end: "escalation.raised",
} satisfies Partial<Story>;
const STORIES: Story[] = [
  { ...approval, label: "approval, escalated after 2 days", schedules: false },
  { ...approval, label: "the same, with all schedules", schedules: true, later: 2 },
  {
    label: "run of six steps, then 2 days",
    app: BENCH_APP,
    stack: "Bench",
    schedules: false,
    event: "bench.requested",
    payload: { id: "one" },
    passes: ["2 days"],
    later: 20,
    end: "run.succeeded",
  },
];

interface Measured {
  /** Milliseconds, by the wall clock. */
  took: number;
  /** Milliseconds of processor time, of all threads of this process. */
  processor: number;
  /** Milliseconds of virtual time. */
  virtual: number;
  calls: number;
}

async function simulateStory(
  assembly: string,
  { stack, schedules, event, payload, passes, end }: Story,
): Promise<Measured> {
  const began = performance.now();
  const used = process.cpuUsage();
  const cloud = await simulate(assembly, { seed: 1, schedules });
  const start = cloud.now();
  await publish(cloud, stack, event, payload);
  await cloud.settle();
  for (const duration of passes) await cloud.advance(duration);
  const virtual = cloud.now() - start;
  const published = cloud.kernel.store.get("SELECT 1 FROM events_archived WHERE event LIKE ?", `%"${end}"%`);
  if (!published) throw new Error(`The story ended early: no ${end} was published.`);
  const calls = cloud.calls.length;
  await cloud.close();
  const { user, system } = process.cpuUsage(used);
  return { took: performance.now() - began, processor: (user + system) / 1000, virtual, calls };
}

async function publish(cloud: Simulation, stack: string, name: string, payload: object): Promise<void> {
  const outputs = Object.entries(await cloud.outputs(stack));
  const EventBusName = outputs.find(([key]) => key.startsWith("MillraceBus"))![1];
  const { FailedEntryCount } = await cloud.call("events", "PutEvents", {
    Entries: [{ EventBusName, Source: "bench", DetailType: name, Detail: JSON.stringify(payload) }],
  });
  if (FailedEntryCount) throw new Error("The bus refused the event.");
}

async function row(assembly: string, story: Story): Promise<string[]> {
  const first = await simulateStory(assembly, story);
  const second = await simulateStory(assembly, story);
  const later: Measured[] = [];
  while (later.length < story.later) later.push(await simulateStory(assembly, story));
  const took = later.map((one) => one.took);
  const ratio = first.virtual / median(took);
  return [
    story.label,
    `${first.calls}`,
    milliseconds(first.took),
    milliseconds(second.took),
    `${milliseconds(median(took))} (${milliseconds(Math.min(...took))})`,
    milliseconds(median(later.map(({ processor }) => processor))),
    `${Math.round(ratio / 1000).toLocaleString("en")} thousand×`,
  ];
}

const milliseconds = (value: number) => `${value.toFixed(0)} ms`;

await withFolder(async (folder) => {
  const rows: string[][] = [];
  for (const story of STORIES) {
    say(story.label);
    const assembly = join(folder, story.stack);
    await synthesizeInto(assembly, story.app);
    rows.push(await row(assembly, story));
  }
  const headings = [
    "story",
    "calls",
    "first",
    "second",
    "later, median (least)",
    "processor time",
    "virtual ÷ real",
  ];
  print(table(headings, rows));
});
