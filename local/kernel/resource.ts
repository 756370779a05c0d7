import { UserError } from "./errors.ts";
import type { Kernel } from "./kernel.ts";

/**
 * The supported properties of a resource type. An unknown name stops the plan, with the name in the message;
 * `true` accepts any value; a nested shape is checked recursively (for a list: each element); a text says why
 * the property has no effect locally.
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

/** Turns a service's refusal of a change into a message that names the resource. */
export async function namedInErrors<T>(
  { path, type }: Pick<ResolvedResource, "path" | "type">,
  change: () => Promise<T>,
): Promise<T> {
  try {
    return await change();
  } catch (error) {
    throw new UserError(`${path} (${type}): ${(error as Error).message}`);
  }
}

/** What the template can refer to afterwards. */
export interface DeployedResource {
  /** The value of Ref. */
  ref: string;
  /** The values of Fn::GetAtt. */
  attributes: Record<string, unknown>;
  /** Its identity for removing it. @default the value of Ref */
  identity?: string;
}

/** The type of resources that functions of the app create. Each "Custom::…" is of this kind. */
export const CUSTOM_RESOURCE = "AWS::CloudFormation::CustomResource";

/** The provider of a type: its own, or that of custom resources. */
export function providerFinder(
  providers: ResourceProvider[],
): (type: string) => ResourceProvider | undefined {
  const byType = new Map(providers.map((provider) => [provider.type, provider]));
  return (type) =>
    byType.get(type) ?? (type.startsWith("Custom::") ? byType.get(CUSTOM_RESOURCE) : undefined);
}

/** How to deploy one CloudFormation resource type. Defined in `resources.ts` of the engine. */
export interface ResourceProvider {
  type: string;
  /** `true` takes any property. */
  serves: PropertyShape | true;
  /**
   * The unsupported values, each in a sentence, as far as known while references are still unresolved: so the
   * plan names all of them before anything is created.
   */
  refuses?(properties: Record<string, unknown>): string[];
  /**
   * The property that alone identifies such a resource for CloudFormation, in an account and region: a second
   * resource with the same value is refused. @default not checked
   */
  uniqueId?(properties: Record<string, any>): { property: string; value: string };
  /**
   * Called at each start, in dependency order: creates the resource, or updates the one of the last start to
   * these properties and keeps its data. Throws UserError for an unsupported value.
   */
  deploy(
    resource: ResolvedResource,
    kernel: Kernel,
    assets: Assets,
  ): Promise<DeployedResource> | DeployedResource;
  /** The resource is no longer in the template, or was replaced. */
  remove?(identity: string, kernel: Kernel): Promise<void> | void;
}

/** Files of the cloud assembly: bundled handlers and nested templates. */
export interface Assets {
  /** The local path (a folder for a zip asset) of an object key in the asset bucket. */
  path(objectKey: string): string;
}
