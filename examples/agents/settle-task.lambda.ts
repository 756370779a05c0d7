import { worker } from "../../lambdas/runtime/index.ts";
import { conclude } from "./conclude.ts";
import { TaskSettled } from "./events.ts";
import { explain } from "./explain.ts";
import { settleTask } from "./steps.ts";

export const handler = worker(
  settleTask,
  async ({ task, work: { verdict, opinions }, decision }, { artifacts, emit }) => {
    const settled = conclude(task, verdict, opinions, decision ?? undefined);
    const page = await artifacts.put(
      "why.html",
      explain(task, settled, verdict, opinions),
      "text/html; charset=utf-8",
    );
    await emit(TaskSettled, { ...settled, page });
    return { ...settled, page };
  },
);
