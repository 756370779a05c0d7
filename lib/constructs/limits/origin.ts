import { resolvedText } from "./resolved-text.ts";
import type { SynthesizedStack } from "./template.ts";

/** The stack and resource to which a reference leads, through exports and the parameters of nested stacks. */
export function origin(reference: any, stack: SynthesizedStack, stacks: readonly SynthesizedStack[]): string {
  const { Ref: name, "Fn::ImportValue": imported } = reference ?? {};
  if (typeof imported === "string") return originOfExport(imported, stacks) ?? imported;
  const { parent } = stack;
  if (typeof name !== "string") return `${stack.name}, ${resolvedText(reference)}`;
  if (stack.template.Resources?.[name] || !parent) return `${stack.name}, ${name}`;
  const above = stacks.find((each) => each.name === parent.stack)!;
  const given = above.template.Resources?.[parent.resource]?.Properties?.Parameters?.[name];
  return origin(given, above, stacks);
}

function originOfExport(name: string, stacks: readonly SynthesizedStack[]): string | undefined {
  for (const stack of stacks) {
    for (const { Export, Value } of Object.values<any>(stack.template.Outputs ?? {}))
      if (Export?.Name === name) return origin(Value, stack, stacks);
  }
  return undefined;
}
