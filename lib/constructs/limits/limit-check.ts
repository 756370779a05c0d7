import { attachCustomSynthesis, type Stack, Stage } from "aws-cdk-lib";
import { Construct } from "constructs";
import { findings } from "./findings.ts";
import { measure } from "./measure.ts";
import { synthesizedStacks } from "./synthesized-stacks.ts";

/** Written templates hold more than AWS takes. Nothing was deployed. */
export class LimitsExceeded extends Error {
  override readonly name = "LimitsExceeded";
}

/**
 * Holds the templates of a stack, and of all that belong to it, against AWS's limits once they are written: an error where AWS would
 * refuse them half-way through a deployment, a warning from 80 % on. It is next to the stack, since a stack is written after all
 * that is in it.
 */
export class LimitCheck extends Construct {
  constructor(stack: Stack, siblings: readonly Stack[]) {
    super(Stage.of(stack)!, `${stack.node.path.replaceAll("/", "-")}-limits`);
    attachCustomSynthesis(this, {
      onSynthesize: ({ outdir }) => {
        const found = findings(measure(synthesizedStacks([stack, ...siblings], outdir)));
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
