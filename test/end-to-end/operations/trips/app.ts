import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../../../../lib/millrace.ts";
import { sharedAssembly } from "../../../assemblies.ts";
import { bookTrip, issueTicket, tellCrew } from "./definitions.ts";

/** Synthesizes the app of the trips; answers the folder of its assembly. */
export function synthesizeTrips(): string {
  return sharedAssembly("trips", (outdir) => {
    const app = new App({ outdir });
    new Millrace(new Stack(app, "Trips"), "Millrace", {
      workflows: [bookTrip, issueTicket],
      reactions: [tellCrew],
      handlers: import.meta.dirname,
    });
    return app;
  });
}
