import { sharedApp } from "../../../shared-app.ts";
import { sendExpress, sendParcel } from "./workflow.ts";

/** Synthesizes the app of the parcels: the folder of its assembly. */
export function synthesizeParcels(): string {
  return sharedApp("express-parcels", "Parcels", {
    workflows: [sendParcel, sendExpress],
    handlers: "test/end-to-end/express/parcel",
  });
}
