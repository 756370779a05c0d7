import { App, Stack } from "aws-cdk-lib";
import { Millrace, parseImageModel, parseModel } from "../lib/millrace.ts";
import { reactions, workflows } from "../workflows/index.ts";

const app = new App();
const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = process.env;
const stack = new Stack(app, "Millrace", { description: "Event-driven workflows of Millrace" });

new Millrace(stack, "Millrace", {
  workflows,
  reactions,
  models: { default: parseModel(process.env.MILLRACE_MODEL) },
  telemetry: endpoint ? { endpoint } : undefined,
  imageModels: { default: parseImageModel(process.env.MILLRACE_IMAGE_MODEL) },
});
