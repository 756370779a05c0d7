import { App } from "aws-cdk-lib";
import { Triggers } from "./stack.ts";

new Triggers(new App(), "Triggers");
