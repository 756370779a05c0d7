import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { ENVIRONMENT } from "../lib/contract/environment.ts";
import { readProducers } from "../lib/contract/producer.ts";
import type { System } from "../lib/contract/system.ts";
import { controlPlane } from "./runtime/api/app.ts";
import { bundledFiles } from "./runtime/api/bundled-files.ts";
import { answerEvent } from "./runtime/api/http-event.ts";
import type { ApiPorts, SignIn } from "./runtime/api/ports.ts";
import { tokenCheck } from "./runtime/api/token.ts";
import { apiViews } from "./runtime/aws/api/api-views.ts";
import { eventBridge } from "./runtime/aws/bus.ts";
import { controlFunction } from "./runtime/aws/control/control-client.ts";
import { setting } from "./runtime/aws/environment.ts";
import { observe } from "./runtime/aws/observe.ts";
import { rotatedSecret } from "./runtime/aws/secrets.ts";
import { openTable } from "./runtime/aws/table/table.ts";
import { tableApprovals } from "./runtime/aws/waits/approvals.ts";
import { publisherFrom } from "./runtime/publish/publish.ts";

/** HTTP requests → queries, and commands to the control function; and the console's files. */
const { log } = observe("api");
const system: System = JSON.parse(readFileSync(join(import.meta.dirname, "system.json"), "utf8"));
const logGroups: ApiPorts["logGroups"] = JSON.parse(
  readFileSync(join(import.meta.dirname, "log-groups.json"), "utf8"),
);
const signIn: SignIn = JSON.parse(setting("signIn"));
const table = openTable(setting("table"));
const bucket = setting("artifacts");
const region = process.env.AWS_REGION ?? "";
/** The local cloud sets its address here; on AWS it is absent. */
const deployedOn = process.env.AWS_ENDPOINT_URL ? "local" : "aws";

const publisher = publisherFrom("millrace.console", {
  bus: eventBridge(setting("bus")),
  now: Date.now,
  newId: randomUUID,
  pause: (milliseconds: number) => pause(milliseconds),
});
const app = controlPlane(
  {
    system,
    logGroups,
    signIn,
    log,
    now: Date.now,
    producers: readProducers(process.env[ENVIRONMENT.producers]),
    views: apiViews({ table, bucket, workflows: system.workflows, log }),
    approvals: tableApprovals(table),
    control: controlFunction(setting("control")),
    publish: publisher.publish,
    isToken:
      signIn.by === "token"
        ? tokenCheck(rotatedSecret(setting("secret"), undefined, Date.now, ["AWSCURRENT"]))
        : async () => false,
    place: { region, deployedOn },
    pause: (milliseconds) => pause(milliseconds),
  },
  bundledFiles(
    join(import.meta.dirname, "console"),
    deployedOn === "aws" ? `https://s3.${region}.amazonaws.com/${bucket}/` : undefined,
  ),
);

export const handler = (event: APIGatewayProxyEventV2) => answerEvent(event, app);
