import type { CallFault, Simulation } from "../../local/simulate.ts";

/** Milliseconds: usually, and of one in twenty. */
type Delay = readonly [usual: number, slow: number];

/**
 * How long things take on AWS between services of one region, with functions that are warm. AWS publishes few of these, so they
 * are assumptions, on the slow side of what is reported.
 */
export const DELAYS = {
  calls: {
    "dynamodb:ExecuteTransaction": [12, 40],
    dynamodb: [5, 20],
    sqs: [10, 40],
    states: [25, 80],
    events: [15, 60],
  },
  otherCalls: [20, 80],
  "EventBridge → target": [50, 130],
  "SQS → Lambda": [15, 60],
  "stream → Lambda": [125, 250],
  "state → service": [20, 60],
  "Step Functions → Lambda": [30, 90],
} satisfies Record<string, Delay | Record<string, Delay>>;

const SLOW = 0.05;

/** The calls of functions, as a simulation slows them down. */
export const slowCalls: CallFault[] = [
  ...Object.entries(DELAYS.calls).flatMap(([operation, [usual, slow]]) => [
    { kind: "slow", operation, for: slow, chance: SLOW } as const,
    { kind: "slow", operation, for: usual } as const,
  ]),
  { kind: "slow", for: DELAYS.otherCalls[1], chance: SLOW },
  { kind: "slow", for: DELAYS.otherCalls[0] },
];

/** Delays what services do for each other. */
export async function delayServices({ kernel, call }: Simulation): Promise<void> {
  const { stateMachines } = await call("states", "ListStateMachines");
  const described = stateMachines.map(({ stateMachineArn }: { stateMachineArn: string }) =>
    call("states", "DescribeStateMachine", { stateMachineArn }),
  );
  const machineRoles = new Set((await Promise.all(described)).map(({ roleArn }) => roleArn));
  const { clock, random } = kernel;
  const passOn = kernel.call.bind(kernel);
  kernel.call = async (service, operation, input, context) => {
    const delay = delayOf(`${service}:${operation}`, context?.caller ?? "", machineRoles);
    if (delay) {
      const [usual, slow] = DELAYS[delay];
      const late = random.fraction() < SLOW ? slow : usual;
      await new Promise<void>((resolve) => clock.at(clock.now() + late, resolve));
    }
    return await passOn(service, operation, input, context);
  };
}

function delayOf(call: string, caller: string, machineRoles: ReadonlySet<string>) {
  if (call === "sqs:ReceiveMessage") return "SQS → Lambda";
  if (call === "dynamodbstreams:GetRecords") return "stream → Lambda";
  if (caller === "events.amazonaws.com" || /EventsRole/.test(caller)) return "EventBridge → target";
  if (!machineRoles.has(caller)) return undefined;
  return call === "lambda:Invoke" ? "Step Functions → Lambda" : "state → service";
}
