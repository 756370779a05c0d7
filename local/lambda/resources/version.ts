import { ServiceError } from "../../kernel/errors.ts";
import type { ResourceProvider } from "../../kernel/resource.ts";
import { functionArn, readFunctionName } from "../names.ts";
import { lambdaOf } from "./lambda-of.ts";

/** AWS::Lambda::Version. Ref is the version's ARN; an unchanged template publishes no second one. */
export const version: ResourceProvider = {
  type: "AWS::Lambda::Version",
  serves: { FunctionName: true, Description: true, CodeSha256: "the code is what the assembly carries" },

  deploy(resource, kernel) {
    const { functions } = lambdaOf(kernel);
    const { FunctionName, Description } = resource.properties;
    const { name } = functions.resolve(FunctionName).version;
    const before = resource.deployedAs && readFunctionName(kernel, resource.deployedAs).qualifier;
    const version = before && functions.isLatest(name, before) ? before : publish();
    const ref = functionArn(kernel, name, version);
    return { ref, attributes: { Version: version, FunctionArn: ref } };

    function publish(): string {
      const newest = functions.newest(name);
      if (!before && functions.isLatest(name, newest)) throw alreadyExists(newest);
      return functions.publish(name, Description).version;
    }
  },

  remove(arn, kernel) {
    const { functions } = lambdaOf(kernel);
    const { name, qualifier } = readFunctionName(kernel, arn);
    if (functions.exists(name, qualifier)) functions.remove(name, qualifier);
  },
};

/**
 * CloudFormation's error if Lambda publishes nothing, since the function has not changed since its newest
 * version.
 */
const alreadyExists = (version: string) =>
  new ServiceError(
    "AlreadyExists",
    `A version for this Lambda function exists ( ${version} ). Modify the function to create a new version.`,
  );
