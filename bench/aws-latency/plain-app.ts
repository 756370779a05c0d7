import { App, CfnOutput, Stack } from "aws-cdk-lib";
import { EventBus, Rule } from "aws-cdk-lib/aws-events";
import { SfnStateMachine } from "aws-cdk-lib/aws-events-targets";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { Chain, DefinitionBody, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { LambdaInvoke } from "aws-cdk-lib/aws-stepfunctions-tasks";

/** The same six steps without Millrace: a rule starts a state machine, and each state invokes its function. */
const stack = new Stack(new App(), "Bench");

const bus = new EventBus(stack, "Bus");
const tasks = ["one", "two", "three", "four", "five", "six"].map((name) => {
  const lambdaFunction = new LambdaFunction(stack, `hop-${name}`, {
    code: Code.fromInline("exports.handler = async ({ hop = 0 }) => ({ hop: hop + 1 });"),
    handler: "index.handler",
    runtime: Runtime.NODEJS_24_X,
  });
  return new LambdaInvoke(stack, name, { lambdaFunction, payloadResponseOnly: true });
});
const machine = new StateMachine(stack, "Machine", {
  definitionBody: DefinitionBody.fromChainable(
    tasks.slice(1).reduce((chain, next) => chain.next(next), Chain.start(tasks[0]!)),
  ),
});
new Rule(stack, "Requested", {
  eventBus: bus,
  eventPattern: { detailType: ["bench.requested"] },
  targets: [new SfnStateMachine(machine)],
});
new CfnOutput(stack, "MillraceBus", { value: bus.eventBusName });
