import { expect, test } from "vitest";
import { Limits } from "../../../../local/limits/limits.ts";
import { Cloud, START } from "./cloud.ts";

/** A Wait of so many seconds, and then so many other states. */
function waiting(Seconds: number, others: number): Record<string, object> {
  const states: Record<string, object> = { Wait: { Type: "Wait", Seconds, Next: "Other1" } };
  for (let one = 1; one <= others; one++) {
    states[`Other${one}`] = { Type: "Pass", ...(one < others ? { Next: `Other${one + 1}` } : { End: true }) };
  }
  return states;
}

/** Lets so many seconds pass. Work may be waiting for time, so this does not wait for its end. */
async function pass({ clock }: Cloud, seconds: number): Promise<void> {
  const end = clock.now() + seconds * 1000;
  while (clock.now() < end) {
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    clock.advanceTo(end);
  }
}

test("a timer does not wait for an execution whose own timer led to long work", async () => {
  const sent: number[] = [];
  const SendMessage = () => {
    sent.push((cloud.clock.now() - START) / 1000);
    return { MessageId: "sent" };
  };
  const cloud = new Cloud({ services: { sqs: { SendMessage } } });
  cloud.kernel.limits = new Limits({ stateTransitions: { burst: 1, perSecond: 1 } }, cloud.clock);
  await cloud.start(await cloud.machine(waiting(1, 20)));
  const Send = {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage",
    Parameters: { QueueUrl: "https://queue", MessageBody: "sent" },
    End: true,
  };
  // The limit is that of standard workflows.
  const states = { Wait: { Type: "Wait", Seconds: 2, Next: "Send" }, Send };
  const stateMachineArn = await cloud.machine(states, { type: "EXPRESS" });
  await cloud.call("StartExecution", { stateMachineArn });
  await pass(cloud, 10);
  expect(sent).toEqual([2]);
  expect(cloud.kernel.work.count).toBeGreaterThan(0);
  await pass(cloud, 30);
  expect(cloud.kernel.work.count).toBe(0);
  expect(cloud.faults).toEqual([]);
});
