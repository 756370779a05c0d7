import type { Kernel } from "./kernel.ts";

/**
 * Which properties of a resource type are understood. A name that is missing here stops the plan, with the
 * name in the message; `true` takes any value; a nested shape is checked in turn (for a list: each element);
 * a text says why the property changes nothing locally.
 */
export type PropertyShape = { readonly [property: string]: true | string | PropertyShape };

/** A resource of the template after its intrinsic functions were resolved. */
export interface ResolvedResource {
  /** "AWS::SQS::Queue" */
  type: string;
  /** "Stack/Nested/LogicalId", for messages. */
  path: string;
  logicalId: string;
  /** Stable for this resource across starts, unique in the app, made of [A-Za-z0-9-], at most 60 characters. */
  generatedName: string;
  properties: Record<string, any>;
  /** The identity that it has had since an earlier deployment. @default it is created */
  deployedAs?: string | undefined;
}

/** What the template can refer to afterwards. */
export interface DeployedResource {
  /** The value of Ref. */
  ref: string;
  /** The values of Fn::GetAtt. */
  attributes: Record<string, unknown>;
  /** What it is known by when it is removed. @default the value of Ref */
  identity?: string;
}

/** The type of resources that functions of the app bring to life. Each "Custom::…" is of this kind. */
export const CUSTOM_RESOURCE = "AWS::CloudFormation::CustomResource";

/** The provider of a type: its own, or that of custom resources. */
export function providerFinder(
  providers: ResourceProvider[],
): (type: string) => ResourceProvider | undefined {
  const byType = new Map(providers.map((provider) => [provider.type, provider]));
  return (type) =>
    byType.get(type) ?? (type.startsWith("Custom::") ? byType.get(CUSTOM_RESOURCE) : undefined);
}

/** How one CloudFormation resource type comes to life. One in `resources.ts` of the engine that serves it. */
export interface ResourceProvider {
  type: string;
  /** `true` takes any property. */
  serves: PropertyShape | true;
  /**
   * What in the values is not served, each in a sentence, as far as it is known while references are still
   * unresolved: so the plan names all of it before anything is created.
   */
  refuses?(properties: Record<string, unknown>): string[];
  /**
   * Called at each start, in dependency order: creates the resource, or brings the one of the last start to
   * these properties while keeping its data. Throws UserError for a value that is not served.
   */
  deploy(
    resource: ResolvedResource,
    kernel: Kernel,
    assets: Assets,
  ): Promise<DeployedResource> | DeployedResource;
  /** The resource is no longer in the template, or another has taken its place. */
  remove?(identity: string, kernel: Kernel): Promise<void> | void;
}

/** Files that the cloud assembly carries: bundled handlers and nested templates. */
export interface Assets {
  /** The local path (a folder for a zip asset) of what a template names by its object key in the asset bucket. */
  path(objectKey: string): string;
}
