import { App } from "aws-cdk-lib";
import { CloudEvents } from "./stack.ts";

new CloudEvents(new App(), "CloudEvents");
