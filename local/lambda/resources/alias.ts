import type { ResourceProvider } from "../../kernel/resource.ts";
import { functionArn, readFunctionName } from "../names.ts";
import { lambdaOf } from "./lambda-of.ts";

/** AWS::Lambda::Alias. Ref is the alias's ARN. */
export const alias: ResourceProvider = {
  type: "AWS::Lambda::Alias",
  serves: { FunctionName: true, FunctionVersion: true, Name: true, Description: true },

  async deploy(resource, kernel) {
    const { FunctionName, Name } = resource.properties;
    const { functions } = lambdaOf(kernel);
    const { name } = functions.resolve(FunctionName).version;
    const operation = functions.alias(name, Name) ? "UpdateAlias" : "CreateAlias";
    await kernel.call("lambda", operation, { ...resource.properties, FunctionName: name });
    const ref = functionArn(kernel, name, Name);
    return { ref, attributes: { AliasArn: ref } };
  },

  async remove(arn, kernel) {
    const { name, qualifier } = readFunctionName(kernel, arn);
    if (!lambdaOf(kernel).functions.has(name)) return;
    await kernel.call("lambda", "DeleteAlias", { FunctionName: name, Name: qualifier });
  },
};
