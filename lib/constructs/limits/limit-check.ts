import { attachCustomSynthesis, type Stack, Stage } from "aws-cdk-lib";
import { Construct } from "constructs";
import { findings } from "./findings.ts";
import { measure } from "./measure.ts";
import { synthesizedStacks } from "./synthesized-stacks.ts";

/** Synthesized templates exceed a limit of AWS. Nothing was deployed. */
class LimitsExceeded extends Error {
  override readonly name = "LimitsExceeded";
}

/**
 * Checks the templates of a stack, and of all its parts, against AWS's limits after they are written: an
 * error if AWS would refuse them in the middle of a deployment, a warning from 80 % on. It is created next to
 * the stack, since a stack is written after its contents.
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
