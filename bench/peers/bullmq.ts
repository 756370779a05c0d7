import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Job, Queue, Worker } from "bullmq";
import { advance, STEPS, type StartContender } from "./contender.ts";

/** Concurrent jobs of each worker. */
const CONCURRENCY = 64;
const DURABILITY = "Redis with appendonly yes, appendfsync always";

type Data = { id: string; hop: number };

/** Follows runs to their end by the workers' own event, which comes after Redis has taken the completion. */
class Ends {
  private readonly waiting = new Map<string, () => void>();

  of(id: string): Promise<void> {
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  readonly reach = ({ data }: Job<Data>): void => {
    this.waiting.get(data.id)?.();
    this.waiting.delete(data.id);
  };
}

/** A queue and a worker for each step: the end of one job adds the next, as Millrace's steps are laid out. */
export const startBullmqQueues: StartContender = async (folder) => {
  const redis = await startRedis(folder);
  const { connection } = redis;
  const ends = new Ends();
  const queues = STEPS.map((name) => new Queue<Data>(name, { connection }));
  const workers = STEPS.map((name, position) => {
    const next = queues[position + 1];
    const process = async ({ data: { id, hop } }: Job<Data>) => {
      const result = advance({ hop });
      await next?.add("run", { id, hop: result.hop }, { jobId: id });
      return result;
    };
    return new Worker<Data>(name, process, { connection, concurrency: CONCURRENCY });
  });
  workers.at(-1)!.on("completed", ends.reach);
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return {
    durability: DURABILITY,
    async run(id) {
      const ended = ends.of(id);
      await queues[0]!.add("run", { id, hop: 0 }, { jobId: id });
      await ended;
    },
    async stop() {
      await Promise.all([...workers, ...queues].map((one) => one.close()));
      await redis.stop();
    },
  };
};

/** One job that notes each step in its data before the next, as BullMQ's "process step jobs" pattern says. */
export const startBullmqSteps: StartContender = async (folder) => {
  const redis = await startRedis(folder);
  const { connection } = redis;
  const ends = new Ends();
  const queue = new Queue<Data>("six", { connection });
  const process = async (job: Job<Data>) => {
    while (job.data.hop < STEPS.length) {
      await job.updateData({ id: job.data.id, hop: advance({ hop: job.data.hop }).hop });
    }
  };
  const worker = new Worker<Data>("six", process, { connection, concurrency: CONCURRENCY });
  worker.on("completed", ends.reach);
  await worker.waitUntilReady();
  return {
    durability: DURABILITY,
    async run(id) {
      const ended = ends.of(id);
      await queue.add("run", { id, hop: 0 }, { jobId: id });
      await ended;
    },
    async stop() {
      await Promise.all([worker.close(), queue.close()]);
      await redis.stop();
    },
  };
};

/** Redis on a socket in the data folder: it cannot be reached over the network. */
async function startRedis(folder: string) {
  const path = join(folder, "redis.sock");
  const settings = {
    port: 0,
    unixsocket: path,
    dir: folder,
    appendonly: "yes",
    appendfsync: "always",
    save: "",
  };
  const server = spawn(
    "redis-server",
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]),
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const gone = once(server, "exit");
  for await (const chunk of server.stdout.iterator({ destroyOnReturn: false })) {
    if (/ready to accept connections/i.test(`${chunk}`)) break;
  }
  server.stdout.resume();
  return {
    connection: { path, maxRetriesPerRequest: null },
    async stop() {
      server.kill("SIGTERM");
      await gone;
    },
  };
}
