import type { Access } from "./access.ts";
import type { Kernel } from "./kernel.ts";
import type { ResourceProvider } from "./resource.ts";
import type { Service } from "./service.ts";

/** How one item of a list or map is named: "Attribute", whose key is its "Name". */
interface Item {
  readonly item: string;
  /** The name of an entry's key, if the member is a map; its value is the "Value". */
  readonly key?: string;
}

/**
 * The lists and maps of a service whose Query protocol is flattened: members under the names that the JSON
 * protocol has for them. "{action}" in an item's name is the operation.
 */
export interface Flattened {
  readonly input: { readonly [member: string]: Item };
  readonly output: { readonly [member: string]: Item };
  /** Members that are numbers. */
  readonly numbers: readonly string[];
}

/** How requests find a service, besides the name that they are signed for. */
type Wire =
  /** By the prefix of X-Amz-Target: "AmazonSQS"; older SDKs by the API version of the Query protocol. */
  | {
      readonly protocol: "json";
      readonly target: string;
      readonly query?: { readonly version: string; readonly names: Flattened };
    }
  /**
   * By the API version that each request carries: "2011-06-15". `maps` are the members of outputs that are
   * maps; `addresses` are operations that a GET of an address calls, without a signature.
   */
  | {
      readonly protocol: "query";
      readonly version: string;
      readonly maps?: readonly string[];
      readonly addresses?: { readonly path: string; readonly operations: readonly string[] };
    }
  /** By host names and paths that are resources of the service, and by further names that requests are signed for. */
  | {
      readonly protocol: "rest";
      readonly hosts?: readonly RegExp[];
      readonly paths?: readonly RegExp[];
      readonly alsoSignedFor?: readonly string[];
    };

/** One AWS service of the local cloud, whole. `Given`: what its service is made from besides the kernel. */
export interface Engine<Name extends string = string, Given = void> {
  /** The name under which requests are signed. */
  readonly name: Name;
  /** Makes the service of one cloud: its operations and its state. */
  service(kernel: Kernel, given: Given): Service;
  /** How CloudFormation creates what is the service's. */
  readonly resources: readonly ResourceProvider[];
  readonly wire: Wire;
  /** The accesses of a call for IAM: usually one access; a batch over several resources is several. */
  accesses(kernel: Kernel, operation: string, input: any): Access[];
}
