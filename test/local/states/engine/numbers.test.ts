import { describe, expect, test } from "vitest";
import { ServiceError } from "../../../../local/kernel/errors.ts";
import type { Operation } from "../../../../local/kernel/service.ts";
import { Cloud, functionArn } from "./cloud.ts";

/** Numbers of which JavaScript would write each otherwise, but the last two. */
const INPUT =
  '{"id":12345678901234567890,"price":1e3,"zero":0.0,"list":[1.50,-0,1E-7,7],"plain":1.5,"text":"1e3, 0.0"}';

/** Runs the states with a text as input; answers the output as text, or the error. */
async function run(states: Record<string, object>, input = INPUT, services = {}): Promise<string> {
  const cloud = new Cloud({ services });
  const stateMachineArn = await cloud.machine(states);
  const { executionArn } = await cloud.call("StartExecution", { stateMachineArn, input });
  await cloud.settle();
  await cloud.pass(3_600);
  const { status, output, cause } = await cloud.call("DescribeExecution", { executionArn });
  expect(cloud.faults).toEqual([]);
  return status === "SUCCEEDED" ? output : `${status}: ${cause}`;
}

const pass = (fields: object = {}) => ({ Pass: { Type: "Pass", End: true, ...fields } });
const parameters = (value: string) => pass({ Parameters: { "v.$": value } });

describe("what is passed through keeps its digits", () => {
  test.each<[string, Record<string, object>, string]>([
    ["a Pass", pass(), INPUT],
    ["a JSONata Pass", pass({ QueryLanguage: "JSONata" }), INPUT],
    ["a path", pass({ InputPath: "$.list" }), "[1.50,-0,1E-7,7]"],
    ["a number itself", pass({ InputPath: "$.id" }), "12345678901234567890"],
    ["a template", parameters("$.id"), '{"v":12345678901234567890}'],
    ["a wildcard", parameters("$.list[*]"), '{"v":[1.50,-0,1E-7,7]}'],
    ["a result path", pass({ ResultPath: "$.list" }), INPUT.replace("[1.50,-0,1E-7,7]", INPUT)],
    [
      "a list of an intrinsic function",
      parameters("States.Array($.id, $.zero)"),
      '{"v":[12345678901234567890,0.0]}',
    ],
    ["a text of JSON", parameters("States.JsonToString($.list)"), '{"v":"[1.50,-0,1E-7,7]"}'],
    ["JSON of a text", parameters("States.StringToJson($.text)"), '{"v":1e3}'],
    ["a formatted text", parameters("States.Format('{}', $.id)"), '{"v":"12345678901234567890"}'],
    ["a merged object", parameters("States.JsonMerge($, $, false)"), `{"v":${INPUT}}`],
    ["a Wait", { Wait: { Type: "Wait", Seconds: 1, End: true } }, INPUT],
  ])("through %s", async (name, states, expected) => {
    const input = name === "JSON of a text" ? '{"text":"1e3"}' : INPUT;
    expect(await run(states, input)).toBe(expected);
  });

  test("through a Map and a Parallel", async () => {
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: { Type: "Wait", Seconds: 1, End: true } },
    });
    const map = { Map: { Type: "Map", ItemsPath: "$.list", ItemProcessor: branch("In"), End: true } };
    expect(await run(map)).toBe("[1.50,-0,1E-7,7]");
    const parallel = { Both: { Type: "Parallel", Branches: [branch("One"), branch("Two")], End: true } };
    expect(await run(parallel)).toBe(`[${INPUT},${INPUT}]`);
  });

  test("to a function and back", async () => {
    const payloads: string[] = [];
    const Invoke: Operation = ({ Payload }) => {
      payloads.push(Payload.toString());
      return { StatusCode: 200, Payload };
    };
    const states = { Call: { Type: "Task", Resource: functionArn("echo"), End: true } };
    expect(await run(states, INPUT, { lambda: { Invoke } })).toBe(INPUT);
    const Parameters = { FunctionName: "echo", "Payload.$": "$" };
    const invoke = {
      Call: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters,
        OutputPath: "$.Payload",
        End: true,
      },
    };
    expect(await run(invoke, INPUT, { lambda: { Invoke } })).toBe(INPUT);
    expect(payloads).toEqual([INPUT, INPUT]);
  });

  test("into a message", async () => {
    const bodies: string[] = [];
    const SendMessage: Operation = ({ MessageBody, DelaySeconds }) => {
      if (DelaySeconds !== 10)
        throw new ServiceError("InvalidParameterValue", `DelaySeconds is ${DelaySeconds}`);
      bodies.push(MessageBody);
      return { MessageId: "m" };
    };
    for (const Resource of ["sqs:sendMessage", "aws-sdk:sqs:sendMessage"]) {
      const Parameters = { QueueUrl: "q", "MessageBody.$": "$", "DelaySeconds.$": "$.delay" };
      const states = {
        Call: { Type: "Task", Resource: `arn:aws:states:::${Resource}`, Parameters, End: true },
      };
      await run(states, '{"id":1e3,"delay":10.0}', { sqs: { SendMessage } });
    }
    expect(bodies).toEqual(Array(2).fill('{"id":1e3,"delay":10.0}'));
  });
});

describe("what computes with such a number takes its value", () => {
  test.each<[string, Record<string, object>, string]>([
    ["JSONata", pass({ QueryLanguage: "JSONata", Output: "{% $states.input.price + 1 %}" }), "1001"],
    [
      "JSONata's equality",
      pass({ QueryLanguage: "JSONata", Output: "{% $states.input.zero = 0 %}" }),
      "true",
    ],
    ["an intrinsic function", parameters("States.MathAdd($.price, 1)"), '{"v":1001}'],
    ["a sought element", parameters("States.ArrayContains($.list, 1.5)"), '{"v":true}'],
    ["unique elements", parameters("States.ArrayUnique(States.Array($.price, 1000))"), '{"v":[1e3]}'],
    ["a filter", parameters("$.list[?(@ > 2)]"), '{"v":[7]}'],
    ["a sum", parameters("$.list.sum()"), '{"v":8.5000001}'],
    ["a length", parameters("States.ArrayLength($.list)"), '{"v":4}'],
    [
      "a choice",
      {
        If: {
          Type: "Choice",
          Choices: [
            {
              And: [
                { Variable: "$.price", NumericEquals: 1000 },
                { Variable: "$.zero", IsNumeric: true },
              ],
              Next: "Yes",
            },
          ],
          Default: "No",
        },
        Yes: { Type: "Pass", Parameters: { v: "yes" }, End: true },
        No: { Type: "Pass", Parameters: { v: "no" }, End: true },
      },
      '{"v":"yes"}',
    ],
    ["a Wait", { Wait: { Type: "Wait", SecondsPath: "$.zero", OutputPath: "$.zero", End: true } }, "0.0"],
  ])("%s", async (_, states, expected) => {
    expect(await run(states)).toBe(expected);
  });
});

test("a state machine's task may answer with such numbers", async () => {
  const cloud = new Cloud({});
  const { activityArn } = await cloud.call("CreateActivity", { name: "a" });
  const arn = await cloud.start(
    await cloud.machine({ Do: { Type: "Task", Resource: activityArn, End: true } }),
  );
  const { taskToken } = await cloud.call("GetActivityTask", { activityArn });
  await cloud.call("SendTaskSuccess", { taskToken, output: '{"n":1.0}' });
  await cloud.settle();
  expect((await cloud.call("DescribeExecution", { executionArn: arn })).output).toBe('{"n":1.0}');
});
