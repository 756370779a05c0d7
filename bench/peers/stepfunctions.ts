import { StateMachine } from "aws-local-stepfunctions";
import { advance, STEPS, type StartContender } from "./contender.ts";

const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:";

/** The interpreter alone, in this process: six Task states whose functions are called directly. Nothing is kept. */
export const startStepFunctions: StartContender = async () => {
  const states = STEPS.map((name, position) => {
    const next = STEPS[position + 1];
    return [
      name,
      { Type: "Task", Resource: `${FUNCTION}${name}`, ...(next ? { Next: next } : { End: true }) },
    ];
  });
  const machine = new StateMachine({ StartAt: STEPS[0], States: Object.fromEntries(states) } as any);
  const taskResourceLocalHandlers = Object.fromEntries(
    STEPS.map((name) => [name, async (input: any) => advance(input)]),
  );
  return {
    durability: "none: the ceiling for an interpreter of the same language",
    async run() {
      await machine.run({ hop: 0 }, { overrides: { taskResourceLocalHandlers } }).result;
    },
    async stop() {},
  };
};
