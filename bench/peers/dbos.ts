import { DBOS } from "@dbos-inc/dbos-sdk";
import { advance, STEPS, type StartContender } from "./contender.ts";
import { DURABILITY, startPostgres } from "./postgres.ts";

/** A workflow of six steps in this process, each of which is recorded in PostgreSQL before the next begins. */
export const startDbos: StartContender = async (folder) => {
  const postgres = await startPostgres(folder);
  const six = DBOS.registerWorkflow(
    async () => {
      let state = { hop: 0, startedAt: 0 };
      for (const name of STEPS) state = await DBOS.runStep(async () => advance(state), { name });
      return state;
    },
    { name: "six" },
  );
  DBOS.setConfig({ name: "bench", systemDatabaseUrl: postgres.url, logLevel: "error" });
  await DBOS.launch();
  return {
    durability: DURABILITY,
    async run(id) {
      const handle = await DBOS.startWorkflow(six, { workflowID: id })();
      await handle.getResult();
    },
    async stop() {
      await DBOS.shutdown();
      await postgres.stop();
    },
  };
};
