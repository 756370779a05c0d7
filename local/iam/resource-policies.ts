import type { Kernel } from "../kernel/kernel.ts";
import { type PolicyDocument, type Rules, rulesOf } from "./policy.ts";

const NONE = rulesOf();

/** The policies of resources. */
export class ResourcePolicies {
  private readonly kernel: Kernel;
  /** The text last seen for a resource, with its rules. */
  private readonly compiled = new Map<string, { text: string; rules: Rules }>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** Whether resources of this service have policies. */
  has(service: string): boolean {
    return this.kernel.service(service)?.policyOf !== undefined;
  }

  of(service: string, arn: string | undefined): Rules {
    const text = arn?.startsWith("arn:") ? this.kernel.service(service)?.policyOf?.(arn) : undefined;
    if (arn === undefined || text === undefined) return NONE;
    const known = this.compiled.get(arn);
    if (known?.text === text) return known.rules;
    const rules = rulesOf(JSON.parse(text) as PolicyDocument);
    this.compiled.set(arn, { text, rules });
    return rules;
  }
}
