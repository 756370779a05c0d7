import { App, Stack } from "aws-cdk-lib";
import { Millrace, type MillraceProps } from "../lib/millrace.ts";
import { sharedAssembly } from "./assemblies.ts";

/** The assembly of an app with Millrace in one stack, which all tests of a run that name it share. */
export function sharedApp(name: string, stack: string, props: MillraceProps): string {
  return sharedAssembly(name, (outdir) => {
    const app = new App({ outdir });
    new Millrace(new Stack(app, stack), "Millrace", props);
    return app;
  });
}
