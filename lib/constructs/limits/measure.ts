import type { TemplateLimit } from "../../../aws-limits/template-limits.ts";
import { origin } from "./origin.ts";
import { measurements, ofResource, policyLength } from "./resource-limits.ts";
import type { SynthesizedStack } from "./template.ts";

/** The usage of a limit. */
export interface Measurement {
  readonly limit: TemplateLimit;
  readonly value: number;
  /** The stack, and the resource in it if it concerns one. */
  readonly where: string;
}

/**
 * Measures synthesized stacks against every limit that a template can show. Names that CloudFormation
 * generates are estimated; see `resolvedText`.
 */
export function measure(stacks: readonly SynthesizedStack[]): Measurement[] {
  return [
    ...stacks.flatMap(ofTemplate),
    ...stacks.flatMap(({ name, template }) =>
      Object.entries(template.Resources ?? {}).flatMap(([id, resource]) =>
        ofResource(resource).map((part) => ({ ...part, where: `${name}, ${id}` })),
      ),
    ),
    ...ofNestedStacks(stacks),
    ...ofRoles(stacks),
    ...ofBuses(stacks),
  ];
}

function ofTemplate({ name, bytes, template }: SynthesizedStack): Measurement[] {
  const count = (part: object | undefined) => Object.keys(part ?? {}).length;
  const values = {
    templateBytes: bytes,
    resources: count(template.Resources),
    outputs: count(template.Outputs),
    parameters: count(template.Parameters),
    templateDescription: Buffer.byteLength(template.Description ?? ""),
  };
  return measurements(values).map((part) => ({ ...part, where: name }));
}

/** What one operation on a stack and its nested stacks may touch. */
function ofNestedStacks(stacks: readonly SynthesizedStack[]): Measurement[] {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const rootOf = (stack: SynthesizedStack): string =>
    stack.parent ? rootOf(byName.get(stack.parent.stack)!) : stack.name;
  const totals = new Map<string, number>();
  for (const stack of stacks) {
    const root = rootOf(stack);
    const own = Object.keys(stack.template.Resources ?? {}).length;
    totals.set(root, (totals.get(root) ?? 0) + own);
  }
  const nesting = new Set(stacks.filter(({ parent }) => parent).map(rootOf));
  return [...totals]
    .filter(([root]) => nesting.has(root))
    .map(([where, value]) => ({ limit: "nestedResources", value, where }));
}

/** The inline policies of each role, in any stack: nested stacks add to roles of their parents. */
function ofRoles(stacks: readonly SynthesizedStack[]): Measurement[] {
  const lengths = new Map<string, number>();
  for (const stack of stacks) {
    for (const { Type, Properties = {} } of Object.values(stack.template.Resources ?? {})) {
      if (Type !== "AWS::IAM::Policy") continue;
      for (const reference of Properties.Roles ?? []) {
        const role = origin(reference, stack, stacks);
        lengths.set(role, (lengths.get(role) ?? 0) + policyLength(Properties.PolicyDocument));
      }
    }
  }
  return [...lengths].map(([where, value]) => ({ limit: "rolePolicies", value, where }));
}

/** Rules of each event bus, to which several stacks may add. */
function ofBuses(stacks: readonly SynthesizedStack[]): Measurement[] {
  const rules = new Map<string, number>();
  for (const stack of stacks) {
    for (const { Type, Properties = {} } of Object.values(stack.template.Resources ?? {})) {
      if (Type !== "AWS::Events::Rule") continue;
      const bus = Properties.EventBusName
        ? origin(Properties.EventBusName, stack, stacks)
        : "the default bus";
      rules.set(bus, (rules.get(bus) ?? 0) + 1);
    }
  }
  return [...rules].map(([where, value]) => ({ limit: "rulesOfBus", value, where }));
}
