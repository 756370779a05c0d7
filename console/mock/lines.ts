import type { RunDetail, WrittenLineView } from "../src/api/types.ts";

/** The log lines of a sample run: one at the start of each attempt, and one for each failure. */
export function linesOf({ steps }: Pick<RunDetail, "steps">): WrittenLineView[] {
  return steps.flatMap(({ path, step, attempts }) =>
    attempts.flatMap(({ attempt, startedAt, endedAt, failure }): WrittenLineView[] => [
      {
        ...{ id: `${path} ${attempt}`, at: startedAt, level: "INFO", path, step, attempt },
        ...{ message: `${step} begins.`, fields: { attempt } },
      },
      ...(failure && endedAt
        ? [
            {
              ...{ id: `${path} ${attempt} failed`, at: endedAt, level: "ERROR", path, step, attempt },
              message: `${failure.name}: ${failure.message}`,
            },
          ]
        : []),
    ]),
  );
}
