import { App, Stack } from "aws-cdk-lib";
import { Millrace, parseImageModel, parseModel } from "../lib/millrace.ts";
import { reactions, workflows } from "../workflows/index.ts";

const app = new App();
const stack = new Stack(app, "Millrace", { description: "Event-driven workflows of Millrace" });

new Millrace(stack, "Millrace", {
  workflows,
  reactions,
  models: { default: parseModel(process.env.MILLRACE_MODEL) },
  imageModels: { default: parseImageModel(process.env.MILLRACE_IMAGE_MODEL) },
});
