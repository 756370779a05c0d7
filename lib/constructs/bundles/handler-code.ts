import { join } from "node:path";
import { Stage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { bundleHandlers } from "./bundle-handlers.ts";
import { needsCode, noCode } from "./needs-code.ts";

/** The code of a construct with one handler. */
export function handlerCode(scope: Construct, name: string, path: string): Code {
  if (!needsCode(scope)) return noCode();
  const outdir = join(Stage.of(scope)!.outdir, "bundles", scope.node.addr);
  bundleHandlers(new Map([[name, path]]), outdir);
  return Code.fromAsset(join(outdir, name));
}
