import { isDeepStrictEqual } from "node:util";
import { stackId } from "../../assembly/names.ts";
import { UserError } from "../../kernel/errors.ts";
import { isObject } from "../../kernel/is-object.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { CUSTOM_RESOURCE, type DeployedResource, type ResourceProvider } from "../../kernel/resource.ts";
import { type Instance, Instances, identityOf } from "./instances.ts";
import { ask, type Request } from "./request.ts";

/**
 * AWS::CloudFormation::CustomResource, and each Custom::… type that no engine implements: a function of the
 * app creates, updates and deletes it while the app is deployed. Ref is the physical id in the function's
 * response, and Fn::GetAtt reads its Data. The function is called only if properties of a resource have
 * changed.
 */
export const customResource: ResourceProvider = {
  type: CUSTOM_RESOURCE,
  serves: true,

  refuses: ({ ServiceToken }) =>
    isObject(ServiceToken)
      ? []
      : [`the ServiceToken ${JSON.stringify(ServiceToken)} is no reference to a function of the app`],

  async deploy({ path, type, properties: given }, kernel) {
    const instances = new Instances(kernel);
    const properties = withInstalledSdk(asText(given) as Record<string, unknown>);
    const before = instances.current(path);
    refuseOtherKind(before, type, properties);
    if (before && isDeepStrictEqual(before.properties, properties)) return deployed(before);
    const requested = requestFor({ path, type, properties }, kernel);
    const answer = await ask(kernel, {
      ...requested,
      ...(before
        ? {
            RequestType: "Update",
            PhysicalResourceId: before.physicalId,
            OldResourceProperties: before.properties,
          }
        : { RequestType: "Create" }),
    });
    if (answer.kind === "failed")
      throw new UserError(`${before ? "Update" : "Create"} failed: ${answer.reason.replace(/\.$/, "")}.`);
    const { physicalId, data } = answer;
    const instance: Instance = { path, type, physicalId, properties, data };
    instances.put(instance);
    return deployed(instance);
  },

  /** If deleting fails, the resource is left, as CloudFormation does when it cleans up after an update. */
  async remove(identity, kernel) {
    const instances = new Instances(kernel);
    const instance = instances.find(identity);
    if (!instance) return;
    const { path, type, physicalId: PhysicalResourceId } = instance;
    const answer = await ask(kernel, {
      ...requestFor(instance, kernel),
      RequestType: "Delete",
      PhysicalResourceId,
    });
    if (answer.kind === "failed")
      kernel.report(`${path} (${type}) is left behind, since its Delete failed: ${answer.reason}`);
    instances.remove(identity);
  },
};

const deployed = (instance: Instance): DeployedResource => ({
  ref: instance.physicalId,
  attributes: instance.data,
  identity: identityOf(instance),
});

function refuseOtherKind(
  before: Instance | undefined,
  type: string,
  { ServiceToken }: Record<string, unknown>,
): void {
  if (before && before.type !== type)
    throw new UserError(
      `Update of resource type is not permitted: it was ${before.type}. Give it another name.`,
    );
  if (before && before.properties.ServiceToken !== ServiceToken)
    throw new UserError("Modifying service token is not allowed. Give the resource another name.");
}

function requestFor(
  { path, type, properties }: Pick<Instance, "path" | "type" | "properties">,
  kernel: Kernel,
): Omit<Request, "RequestType"> {
  const slash = path.lastIndexOf("/");
  return {
    ServiceToken: String(properties.ServiceToken),
    StackId: stackId(path.slice(0, slash), kernel),
    LogicalResourceId: path.slice(slash + 1),
    ResourceType: type,
    ResourceProperties: properties,
  };
}

/**
 * The function of the CDK's `AwsCustomResource` can install the latest SDK with npm, for which it needs the
 * network, and a folder of this machine. Here it always uses the installed SDK.
 */
const withInstalledSdk = (properties: Record<string, unknown>) =>
  properties.InstallLatestAwsSdk === "true" ? { ...properties, InstallLatestAwsSdk: "false" } : properties;

/** CloudFormation passes numbers and booleans as text. */
function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asText(member)]));
  return String(value);
}
