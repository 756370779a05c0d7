import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../../../../lib/millrace.ts";
import { sharedAssembly } from "../../../assemblies.ts";
import { workflows } from "./workflows.ts";

/** A shop whose workflows wait: for events, for each other, and to be cancelled. Answers the assembly's folder. */
export function synthesizeShop(): string {
  return sharedAssembly("shop", (outdir) => {
    const app = new App({ outdir });
    new Millrace(new Stack(app, "Shop"), "Millrace", { workflows, handlers: "test/end-to-end/waits/shop" });
    return app;
  });
}
