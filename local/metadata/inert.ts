import { createHash } from "node:crypto";
import type { Kernel } from "../kernel/kernel.ts";
import type { PropertyShape, ResolvedResource, ResourceProvider } from "../kernel/resource.ts";

/** Properties that are accepted and have no effect. */
const noted = (reason: string, names: string): PropertyShape =>
  Object.fromEntries(names.split(" ").map((name) => [name, reason]));

interface Inert {
  type: string;
  serves: PropertyShape;
  /** Ref and attributes, with CloudFormation's values. */
  identify(resource: ResolvedResource, kernel: Kernel): { ref: string; attributes: Record<string, unknown> };
}

const NO_COMPOSITE = "composite alarms are not evaluated";
const NO_DASHBOARDS = "the local cloud shows no dashboards";
const NO_REGISTRY = "the local cloud looks up no schemas";
const NO_ENCRYPTION = "the local cloud does not encrypt";

/** A UUID derived from the resource's path. */
const uuidOf = ({ path }: ResolvedResource) =>
  createHash("sha256")
    .update(path)
    .digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");

/** Types whose resources have no effect here, but can be referred to. */
const INERT: Inert[] = [
  {
    type: "AWS::CloudWatch::CompositeAlarm",
    serves: noted(
      NO_COMPOSITE,
      "ActionsEnabled ActionsSuppressor ActionsSuppressorExtensionPeriod ActionsSuppressorWaitPeriod AlarmActions " +
        "AlarmDescription AlarmName AlarmRule InsufficientDataActions OKActions Tags",
    ),
    identify(resource, kernel) {
      const name = resource.properties.AlarmName ?? resource.generatedName;
      return { ref: name, attributes: { Arn: kernel.arn("cloudwatch", `alarm:${name}`) } };
    },
  },
  {
    type: "AWS::CloudWatch::Dashboard",
    serves: noted(NO_DASHBOARDS, "DashboardBody DashboardName Tags"),
    identify: ({ properties, generatedName }) => ({
      ref: properties.DashboardName ?? generatedName,
      attributes: {},
    }),
  },
  {
    type: "AWS::KMS::Key",
    serves: noted(
      NO_ENCRYPTION,
      "BypassPolicyLockoutSafetyCheck Description Enabled EnableKeyRotation KeyPolicy KeySpec KeyUsage MultiRegion Origin " +
        "PendingWindowInDays RotationPeriodInDays Tags",
    ),
    identify(resource, kernel) {
      const id = uuidOf(resource);
      return { ref: id, attributes: { Arn: kernel.arn("kms", `key/${id}`), KeyId: id } };
    },
  },
  {
    type: "AWS::KMS::Alias",
    serves: noted(NO_ENCRYPTION, "AliasName TargetKeyId"),
    identify: ({ properties }) => ({ ref: properties.AliasName, attributes: {} }),
  },
  {
    type: "AWS::EventSchemas::Registry",
    serves: noted(NO_REGISTRY, "Description RegistryName Tags"),
    identify(resource, kernel) {
      const RegistryName = resource.properties.RegistryName ?? resource.generatedName;
      const RegistryArn = kernel.arn("schemas", `registry/${RegistryName}`);
      return { ref: RegistryArn, attributes: { RegistryArn, RegistryName } };
    },
  },
  {
    type: "AWS::EventSchemas::Schema",
    serves: noted(NO_REGISTRY, "Content Description RegistryName SchemaName Tags Type"),
    identify(resource, kernel) {
      const SchemaName = resource.properties.SchemaName ?? resource.generatedName;
      const SchemaArn = kernel.arn("schemas", `schema/${resource.properties.RegistryName}/${SchemaName}`);
      return { ref: SchemaArn, attributes: { SchemaArn, SchemaName, SchemaVersion: "1" } };
    },
  },
  {
    // The resource that CDK puts into a stack that would be empty.
    type: "AWS::CloudFormation::WaitConditionHandle",
    serves: {},
    identify: ({ generatedName }) => ({
      ref: `https://cloudformation-waitcondition.invalid/${generatedName}`,
      attributes: {},
    }),
  },
];

export const inertResources: ResourceProvider[] = INERT.map(({ type, serves, identify }) => ({
  type,
  serves,
  deploy: identify,
}));
