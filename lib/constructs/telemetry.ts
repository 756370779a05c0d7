import { Stack } from "aws-cdk-lib";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { DefinitionError } from "../contract/definition-error.ts";
import { ENVIRONMENT } from "../contract/environment.ts";
import type { TelemetrySetting } from "../contract/telemetry.ts";
import type { HandlerFunction } from "./handler-function.ts";
import { requireSecureUrl } from "./secure-url.ts";

/** A collector of OpenTelemetry, which gets traces, metrics and, if wanted, logs by OTLP over HTTP. */
export interface TelemetryProps {
  /** Its base URL, as in OTEL_EXPORTER_OTLP_ENDPOINT: https, or http to this machine itself. */
  readonly endpoint: string;
  /** The headers that it asks for, as in OTEL_EXPORTER_OTLP_HEADERS: "api-key=…,x-team=films". @default none */
  readonly headers?: ISecret;
  /** The share of traces that is sent, from 0 to 1. All of a trace is sent, or none of it. @default 1 */
  readonly share?: number;
  /**
   * Whether the collector also gets the events of runs as log records, with their trace and span: those of the
   * bus, and those that are only in the log of a run. Payloads are not sent. @default false
   */
  readonly logs?: boolean;
  /** Name of the app, as the collector shows it. @default the name of the stack */
  readonly service?: string;
}

/** Lets a function send to the collector. */
export function connectTelemetry(
  handler: HandlerFunction,
  scope: Construct,
  telemetry: TelemetryProps,
): void {
  const { endpoint, headers, share = 1, logs, service = Stack.of(scope).stackName } = telemetry;
  requireSecureUrl("telemetry.endpoint", endpoint);
  if (!(share >= 0 && share <= 1))
    throw new DefinitionError(
      `telemetry.share is ${share}. Give a number from 0, for no traces, to 1, for all.`,
    );
  const setting: TelemetrySetting = {
    endpoint,
    headers: headers?.secretArn,
    share,
    logs: logs || undefined,
    service,
  };
  handler.addEnvironment(ENVIRONMENT.telemetry, Stack.of(handler).toJsonString(setting));
  headers?.grantRead(handler.function);
}
