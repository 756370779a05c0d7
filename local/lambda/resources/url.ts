import type { ResourceProvider } from "../../kernel/resource.ts";
import { readFunctionName } from "../names.ts";
import { lambdaOf } from "./lambda-of.ts";

/** AWS::Lambda::Url. Ref is the function's ARN. */
export const url: ResourceProvider = {
  type: "AWS::Lambda::Url",
  serves: { TargetFunctionArn: true, Qualifier: true, AuthType: true, Cors: true, InvokeMode: true },

  deploy(resource, kernel) {
    const { TargetFunctionArn, Qualifier, ...config } = resource.properties;
    const { functions, urls } = lambdaOf(kernel);
    const { version, qualifier, arn } = functions.resolve(TargetFunctionArn, Qualifier);
    const row = urls.put(version.name, qualifier ?? "", config);
    return { ref: arn, attributes: { FunctionArn: arn, FunctionUrl: urls.address(row) } };
  },

  async remove(arn, kernel) {
    const { name, qualifier } = readFunctionName(kernel, arn);
    if (!lambdaOf(kernel).functions.has(name)) return;
    await kernel.call("lambda", "DeleteFunctionUrlConfig", { FunctionName: name, Qualifier: qualifier });
  },
};
