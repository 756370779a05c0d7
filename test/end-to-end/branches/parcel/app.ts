import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../../../../lib/millrace.ts";
import { sendApart, sendExpress, sendFused } from "./workflow.ts";

/** Synthesizes the app of the parcels: the folder of its assembly. */
export function synthesizeParcels(): string {
  const app = new App();
  new Millrace(new Stack(app, "Parcels"), "Millrace", {
    workflows: [sendFused, sendExpress, sendApart],
    handlers: "test/end-to-end/branches/parcel",
  });
  return app.synth().directory;
}
