import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../../../../lib/millrace.ts";
import { sendExpress, sendParcel } from "./workflow.ts";

/** Synthesizes the app of the parcels: the folder of its assembly. */
export function synthesizeParcels(): string {
  const app = new App();
  new Millrace(new Stack(app, "Parcels"), "Millrace", {
    workflows: [sendParcel, sendExpress],
    handlers: "test/local/express/parcel",
  });
  return app.synth().directory;
}
