import type {
  ModelCallView,
  ModelProgressView,
  RunDetail,
  StepView,
  WrittenLineView,
} from "../src/api/types.ts";

/** The log lines of a sample run: one at the start of each attempt, the call of a model, and each failure. */
export function linesOf({ steps }: Pick<RunDetail, "steps">): WrittenLineView[] {
  return steps.flatMap(({ path, step, attempts }) =>
    attempts.flatMap(({ attempt, startedAt, endedAt, failure }): WrittenLineView[] => [
      {
        id: `${path} ${attempt}`,
        at: startedAt,
        level: "INFO",
        path,
        step,
        attempt,
        message: `${step} begins.`,
        fields: { attempt },
      },
      ...(step === "write-script" && endedAt
        ? [
            {
              id: `${path} ${attempt} model`,
              at: endedAt,
              level: "INFO",
              path,
              step,
              attempt,
              message: "The model has answered.",
              modelCall: scriptCall(failure?.message),
            },
          ]
        : []),
      ...(failure && endedAt
        ? [
            {
              id: `${path} ${attempt} failed`,
              at: endedAt,
              level: "ERROR",
              path,
              step,
              attempt,
              message: `${failure.name}: ${failure.message}`,
            },
          ]
        : []),
    ]),
  );
}

function scriptCall(problem: string | undefined): ModelCallView {
  const call = { kind: "model", name: "write-script", model: "bedrock:a-model", durationMs: 1_900 } as const;
  return problem === undefined
    ? { ...call, inputTokens: 412, outputTokens: 318, usd: 0.0021 }
    : { ...call, problem };
}

/** What the model of a running step is writing. */
export function progressOf(step: StepView | undefined): ModelProgressView | undefined {
  const { state, startedAt, attempt } = step ?? {};
  if (state !== "running" || startedAt === undefined || attempt === undefined) return undefined;
  return {
    attempt,
    prompt: step!.step,
    model: "bedrock:a-model",
    startedAt,
    at: startedAt,
    text: '{"confidence":0.9,"findings":[',
    tokens: { input: 512, output: 8 },
    usd: 0.0006,
  };
}
