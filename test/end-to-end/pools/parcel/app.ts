import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Millrace } from "../../../../lib/millrace.ts";
import { sendParcel } from "./workflow.ts";

/** Synthesizes the app of the parcels: the folder of its assembly, and the template of its workflow. */
export function synthesizeParcels() {
  const app = new App();
  const stack = new Stack(app, "Parcels");
  const { workflows } = new Millrace(stack, "Millrace", {
    workflows: [sendParcel],
    handlers: "test/end-to-end/pools/parcel",
  });
  return {
    folder: app.synth().directory,
    template: Template.fromStack(Stack.of(workflows.get("send-parcel")!)),
  };
}
