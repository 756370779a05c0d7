import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../../../../lib/millrace.ts";
import { sendListed, sendMapped } from "./workflow.ts";

/** Synthesizes the app of the lists: the folder of its assembly. */
export function synthesizeLists(): string {
  const app = new App();
  new Millrace(new Stack(app, "Parcels"), "Millrace", {
    workflows: [sendListed, sendMapped],
    handlers: "test/end-to-end/lists/parcel",
  });
  return app.synth().directory;
}
