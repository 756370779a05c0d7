import { type Reply, runWorkflow } from "./engine.ts";
import { workflowOf } from "./sample.ts";

export const order = {
  id: "o1",
  amount: 7,
  lines: ["pen", "ink"],
  shelves: [
    { name: "a", boxes: ["1", "2"] },
    { name: "b", boxes: ["3"] },
  ],
  tags: { colour: "red" },
  coupon: null,
};

export type Run = Parameters<typeof workflowOf>[0];

/** Runs a definition; each step answers by `answers`, or says what it was given. Throws what a run failed with. */
export async function execute(
  run: Run,
  answers: Record<string, (message: any) => Reply> = {},
  event: object = order,
) {
  const { status, error, cause, ...outcome } = await runWorkflow(workflowOf(run), event, (message) => {
    const answer = answers[message.approval ?? message.step];
    return answer
      ? answer(message)
      : { result: { text: `${message.path}: ${JSON.stringify(message.input)}` } };
  });
  if (status !== "SUCCEEDED") throw new Error(error, { cause });
  const inputs = Object.fromEntries(
    outcome.messages.map((message) => [message.path, message.input ?? message.show]),
  );
  return { ...outcome, inputs };
}
