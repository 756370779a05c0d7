import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { Millrace, type ReservedConcurrency } from "../../lib/millrace.ts";

/** The functions that reserve concurrency, by their description. */
function reserved(reservedConcurrency?: ReservedConcurrency): Record<string, number> {
  const stack = new Stack(new App(), "Films");
  new Millrace(stack, "Millrace", { reservedConcurrency, console: false });
  const functions = Object.values(Template.fromStack(stack).findResources("AWS::Lambda::Function"));
  return Object.fromEntries(
    functions
      .map(({ Properties }) => [Properties.Description, Properties.ReservedConcurrentExecutions])
      .filter(([, concurrency]) => concurrency !== undefined),
  );
}

test("nothing is reserved by default, since an account of ten cannot", () => {
  expect(reserved()).toEqual({});
});

test("the relay and the control function reserve what is asked for, and no other", () => {
  expect(reserved({ relay: 20, control: 5 })).toEqual({
    "Publishes and logs changes of the table": 20,
    "Carries out operator actions": 5,
  });
  expect(reserved({ control: 5 })).toEqual({ "Carries out operator actions": 5 });
});

test.each([0, -1, 1.5])("a reservation of %s, which would stop the function, is refused", (control) => {
  expect(() => reserved({ control })).toThrow(
    `The reserved concurrency of Films/Millrace/Control/Control is ${control}. Use a whole number of 1 or more`,
  );
});

test.each([
  [undefined, undefined],
  [1, 2],
  [5, 3],
  [20, 18],
  [5000, 1000],
])(
  "of a reservation of %s for the control function, its queue uses %s: a throttled message would die",
  (control, atOnce) => {
    const stack = new Stack(new App(), "Films");
    const millrace = new Millrace(stack, "Millrace", { reservedConcurrency: { control }, console: false });
    const queue = stack.resolve(millrace.control.queue.queue.queueArn);
    const [mapping] = Object.values(
      Template.fromStack(stack).findResources("AWS::Lambda::EventSourceMapping", {
        Properties: { EventSourceArn: queue },
      }),
    );
    expect(mapping!.Properties.ScalingConfig).toEqual(atOnce && { MaximumConcurrency: atOnce });
  },
);
