import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import type { SynthesizedStack } from "./template.ts";

/** Stacks and their nested stacks, as synthesis has written them to a folder. */
export function synthesizedStacks(stacks: readonly Stack[], outdir: string): SynthesizedStack[] {
  return stacks.flatMap((each) => [each, ...nestedIn(each)]).map((each) => read(each, outdir));
}

const nestedIn = (stack: Stack): Stack[] =>
  stack.node.findAll().filter((each): each is Stack => Stack.isStack(each) && each !== stack);

function read(stack: Stack, outdir: string): SynthesizedStack {
  const text = readFileSync(join(outdir, stack.templateFile), "utf8");
  const { nestedStackParent: parent, nestedStackResource: resource } = stack;
  return {
    name: stack.node.path,
    bytes: Buffer.byteLength(text),
    template: JSON.parse(text),
    ...(parent &&
      resource && { parent: { stack: parent.node.path, resource: parent.resolve(resource.logicalId) } }),
  };
}
