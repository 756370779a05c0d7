import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type PolicyDocument, type Rule, rulesOf } from "./policy.ts";

/** How to ask a service for the policy of one of its resources. */
interface Source {
  operation: string;
  input(arn: string, kernel: Kernel): unknown;
  policy(answer: any): string | undefined;
}

const SOURCES: Record<string, Source> = {
  sqs: {
    operation: "GetQueueAttributes",
    input: (arn, { endpoint, account }) => ({
      QueueUrl: `${endpoint}/${account}/${arn.slice(arn.lastIndexOf(":") + 1)}`,
      AttributeNames: ["Policy"],
    }),
    policy: ({ Attributes }) => Attributes?.Policy,
  },
  lambda: {
    operation: "GetPolicy",
    input: (arn) => ({ FunctionName: arn }),
    policy: ({ Policy }) => Policy,
  },
  events: {
    operation: "DescribeEventBus",
    input: (arn) => ({ Name: arn }),
    policy: ({ Policy }) => Policy,
  },
};

/** What resources themselves say about who may use them. */
export class ResourcePolicies {
  private readonly kernel: Kernel;
  /** The text last seen for a resource, with its rules. */
  private readonly compiled = new Map<string, { text: string; rules: Rule[] }>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** Whether resources of this service have policies. */
  has(service: string): boolean {
    return Object.hasOwn(SOURCES, service);
  }

  async of(service: string, arn: string | undefined): Promise<Rule[]> {
    if (!this.has(service) || !arn?.startsWith("arn:")) return [];
    const text = await this.read(SOURCES[service]!, service, arn);
    if (text === undefined) return [];
    const known = this.compiled.get(arn);
    if (known?.text === text) return known.rules;
    const rules = rulesOf(JSON.parse(text) as PolicyDocument);
    this.compiled.set(arn, { text, rules });
    return rules;
  }

  private async read(source: Source, service: string, arn: string): Promise<string | undefined> {
    try {
      return source.policy(await this.kernel.call(service, source.operation, source.input(arn, this.kernel)));
    } catch (error) {
      // There is no such resource, or no policy on it: nothing that would allow or deny.
      if (error instanceof ServiceError) return undefined;
      throw error;
    }
  }
}
