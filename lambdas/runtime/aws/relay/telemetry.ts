import type { TelemetrySetting } from "../../../../lib/contract/telemetry.ts";
import type { Traces } from "../../ports/telemetry.ts";
import { CONVENTIONS } from "../../telemetry/conventions.ts";
import { otlp } from "../../telemetry/exporter.ts";
import { readHeaders } from "../../telemetry/headers.ts";
import { optionalSetting } from "../environment.ts";
import { xray } from "./xray.ts";

/** Headers that were replaced are used within this time. */
const HEADERS_LAST = 5 * 60_000;

/** Where the deployment sends its traces: to a collector if it names one, otherwise to X-Ray. Undefined if tracing is off. */
export function openTraces(): Traces | undefined {
  return openCollector() ?? xray();
}

/** The collector that the deployment names, if it does. */
export function openCollector(): Traces | undefined {
  const text = optionalSetting("telemetry");
  return text === undefined ? undefined : collector(JSON.parse(text) as TelemetrySetting);
}

/** A collector of OpenTelemetry. */
function collector({ endpoint, headers, share, logs, service }: TelemetrySetting): Traces {
  return otlp({
    endpoint,
    share,
    logs,
    headers: headers === undefined ? async () => ({}) : secretHeaders(headers),
    resource: {
      [CONVENTIONS.serviceName]: service,
      [CONVENTIONS.cloudProvider]: "aws",
      [CONVENTIONS.cloudRegion]: process.env.AWS_REGION ?? "",
    },
    fetch: (...request) => fetch(...request),
    now: Date.now,
  });
}

/** The client of secrets is loaded only where there are headers. */
function secretHeaders(arn: string): () => Promise<Record<string, string>> {
  const opened = import("../secrets.ts").then(({ rotatedSecret }) =>
    rotatedSecret(arn, undefined, undefined, ["AWSCURRENT"]),
  );
  return async () => {
    const [text] = await (await opened).valid(HEADERS_LAST);
    if (text === undefined) throw new Error("The secret with the collector's headers is empty. Store them.");
    return readHeaders(text);
  };
}
