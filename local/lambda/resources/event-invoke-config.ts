import type { ResourceProvider } from "../../kernel/resource.ts";
import { LATEST } from "../functions.ts";
import { functionArn, readFunctionName } from "../names.ts";
import { lambdaOf } from "./lambda-of.ts";

/** AWS::Lambda::EventInvokeConfig. */
export const eventInvokeConfig: ResourceProvider = {
  type: "AWS::Lambda::EventInvokeConfig",
  serves: {
    FunctionName: true,
    Qualifier: true,
    MaximumRetryAttempts: true,
    MaximumEventAgeInSeconds: true,
    DestinationConfig: true,
  },

  async deploy(resource, kernel) {
    const { FunctionName, Qualifier = LATEST, ...config } = resource.properties;
    const { name } = readFunctionName(kernel, FunctionName);
    await kernel.call("lambda", "PutFunctionEventInvokeConfig", { FunctionName: name, Qualifier, ...config });
    return { ref: functionArn(kernel, name, Qualifier), attributes: {} };
  },

  async remove(arn, kernel) {
    const { name, qualifier: Qualifier } = readFunctionName(kernel, arn);
    if (!lambdaOf(kernel).functions.has(name)) return;
    await kernel.call("lambda", "DeleteFunctionEventInvokeConfig", { FunctionName: name, Qualifier });
  },
};
