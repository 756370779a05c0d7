import { readFileSync } from "node:fs";
import { join } from "node:path";
import { attachCustomSynthesis, Stack, Stage } from "aws-cdk-lib";
import { Construct } from "constructs";
import { findings } from "./findings.ts";
import { measure } from "./measure.ts";
import type { SynthesizedStack } from "./template.ts";

/** Written templates hold more than AWS takes. Nothing was deployed. */
export class LimitsExceeded extends Error {
  override readonly name = "LimitsExceeded";
}

/**
 * Holds the templates of a stack, and of all that belong to it, against AWS's limits once they are written: an error where AWS would
 * refuse them half-way through a deployment, a warning from 80 % on. It lies beside the stack, since a stack is written after all
 * that is in it.
 */
export class LimitCheck extends Construct {
  constructor(stack: Stack, siblings: readonly Stack[]) {
    super(Stage.of(stack)!, `${stack.node.path.replaceAll("/", "-")}-limits`);
    attachCustomSynthesis(this, {
      onSynthesize: ({ outdir }) => {
        const stacks = [stack, ...siblings].flatMap((each) => [each, ...nestedIn(each)]);
        const found = findings(measure(stacks.map((each) => read(each, outdir))));
        const texts = (severity: string) =>
          found.filter((each) => each.severity === severity).map(({ text }) => text);
        for (const text of texts("warning")) process.stderr.write(`[Warning] ${text}\n`);
        const errors = texts("error");
        if (errors.length > 0)
          throw new LimitsExceeded(
            `AWS would refuse this app:\n${errors.map((text) => `- ${text}`).join("\n")}`,
          );
      },
    });
  }
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
