import { PgBoss } from "pg-boss";
import { advance, STEPS, type StartContender } from "./contender.ts";
import { DURABILITY, startPostgres } from "./postgres.ts";

const BATCH = 64;

type Data = { id: string; hop: number };

/** A queue and a worker for each step: the end of one job adds the next. Workers are woken by PostgreSQL's notifications. */
export const startPgBoss: StartContender = async (folder) => {
  const postgres = await startPostgres(folder);
  const boss = new PgBoss({ connectionString: postgres.url, useListenNotify: true });
  boss.on("error", (error: Error) => console.error(error));
  await boss.start();
  const waiting = new Map<string, () => void>();
  for (const name of STEPS) await boss.createQueue(name, { notify: true });
  for (const [position, name] of STEPS.entries()) {
    const next = STEPS[position + 1];
    await boss.work<Data>(name, { batchSize: BATCH, pollingIntervalSeconds: 0.5 }, async (jobs) => {
      const results = jobs.map(({ data: { id, hop } }) => ({ id, hop: advance({ hop }).hop }));
      if (next)
        await boss.insert(
          next,
          results.map((data) => ({ data })),
        );
      // The jobs of the last queue are complete when this function returns.
      else
        setImmediate(() => {
          for (const { id } of results) waiting.get(id)?.();
        });
    });
  }
  return {
    durability: DURABILITY,
    async run(id) {
      const ended = new Promise<void>((resolve) => waiting.set(id, resolve));
      await boss.send(STEPS[0], { id, hop: 0 });
      await ended;
      waiting.delete(id);
    },
    async stop() {
      await boss.stop({ graceful: false });
      await postgres.stop();
    },
  };
};
