import { chunks } from "../../../lib/contract/chunks.ts";
import type { Now } from "../ports/clock.ts";
import type { Traces } from "../ports/telemetry.ts";
import type { Measure } from "../relay/measures.ts";
import type { Resource } from "./otlp.ts";
import { metricRequest } from "./otlp-metrics.ts";
import { traceRequest } from "./otlp-traces.ts";
import { isSampled } from "./sampling.ts";
import type { Span } from "./span.ts";

export interface OtlpOptions {
  /** Base URL of the collector: "/v1/traces" and "/v1/metrics" are added. */
  endpoint: string;
  /** Of each request, such as an API key. */
  headers(): Promise<Record<string, string>>;
  /** The share of traces that is sent, from 0 to 1. */
  share: number;
  resource: Resource;
  fetch: typeof fetch;
  now: Now;
}

/** A picture of what happened must not hold up what happens: one request takes no longer than this, in milliseconds. */
const TIMEOUT = 2_000;
/** While a collector does not answer, it is asked again only after this time. */
const PAUSE = 30_000;
/** Spans of a request. */
const MOST_SPANS = 512;

/**
 * Sends spans and metrics to a collector, by OTLP over HTTP in JSON. What the collector does not take is lost, and is
 * counted: nothing waits for it. Throws where a collector does not answer; until some time after that it is not asked.
 */
export function otlp({ endpoint, headers, share, resource, fetch, now }: OtlpOptions): Traces {
  const base = endpoint.replace(/\/+$/, "");
  let quietUntil = 0;
  let counted = now();

  const send = async (signal: "traces" | "metrics", request: object): Promise<number> => {
    const answer = await fetch(`${base}/v1/${signal}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(await headers()) },
      body: JSON.stringify(request),
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(
        `The collector at ${new URL(base).host} answered ${answer.status}: ${text.slice(0, 500)}`,
      );
    return rejectedOf(text);
  };

  const sendSpans = async (spans: readonly Span[]): Promise<number> => {
    let lost = 0;
    for (const some of chunks(spans, MOST_SPANS)) {
      const request = traceRequest(some, resource);
      if (request) lost += await send("traces", request);
    }
    return lost;
  };

  const sendMeasures = async (measures: readonly Measure[]): Promise<void> => {
    const period = { from: counted, to: now() };
    const request = metricRequest(measures, period, resource);
    if (!request) return;
    counted = period.to;
    await send("metrics", request);
  };

  return {
    async record(spans, measures) {
      const wanted = spans.filter(({ traceparent, to }) => to !== undefined && isSampled(traceparent, share));
      if (now() < quietUntil) return wanted.length;
      try {
        const [lost] = await Promise.all([sendSpans(wanted), sendMeasures(measures)]);
        return lost;
      } catch (error) {
        quietUntil = now() + PAUSE;
        throw error;
      }
    },
  };
}

/** How many spans a collector refused of a request that it took otherwise. */
function rejectedOf(text: string): number {
  try {
    const answer = JSON.parse(text) as { partialSuccess?: { rejectedSpans?: string | number } };
    return Number(answer.partialSuccess?.rejectedSpans ?? 0) || 0;
  } catch {
    return 0; // Some answer nothing, or something of their own.
  }
}
