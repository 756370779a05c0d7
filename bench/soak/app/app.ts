import { App, Stack } from "aws-cdk-lib";
import { CfnAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { Millrace } from "../../../lib/millrace.ts";
import { reactions, workflows } from "./definitions.ts";
import { writeHandlers } from "./handlers.ts";

/** The app that is soaked, as a cloud assembly: its functions are replaced by the soak's own where they do work. */
const app = new App();
new Millrace(new Stack(app, "Soak"), "Millrace", {
  workflows,
  reactions,
  handlers: writeHandlers(),
  console: false,
  dashboard: false,
});
// Nothing reads alarms here, and their evaluation takes a tenth of the time of a seed.
for (const { node } of app.node.findAll().filter((one) => one instanceof CfnAlarm))
  node.scope!.node.tryRemoveChild(node.id);
