import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../../../../lib/millrace.ts";
import { bookTrip, issueTicket, tellCrew } from "./definitions.ts";

/** Synthesizes the app of the trips; answers the folder of its assembly. */
export function synthesizeTrips(): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-trips-")) });
  new Millrace(new Stack(app, "Trips"), "Millrace", {
    workflows: [bookTrip, issueTicket],
    reactions: [tellCrew],
    handlers: import.meta.dirname,
  });
  return app.synth().directory;
}
