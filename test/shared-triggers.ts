import { App } from "aws-cdk-lib";
import { Triggers } from "../examples/triggers/stack.ts";
import { sharedAssembly } from "./assemblies.ts";

/** The assembly of the example of all triggers, which all tests of a run share. */
export function sharedTriggers(): string {
  return sharedAssembly("triggers", (outdir) => {
    const app = new App({ outdir });
    new Triggers(app, "Triggers");
    return app;
  });
}
