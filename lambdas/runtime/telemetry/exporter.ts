import { chunks } from "../../../lib/contract/chunks.ts";
import type { Now } from "../ports/clock.ts";
import type { LogRecord } from "../ports/log-record.ts";
import type { Measure } from "../ports/measure.ts";
import type { Span } from "../ports/span.ts";
import type { Traces } from "../ports/telemetry.ts";
import type { Resource } from "./otlp.ts";
import { logRequest } from "./otlp-logs.ts";
import { metricRequest } from "./otlp-metrics.ts";
import { traceRequest } from "./otlp-traces.ts";
import { isSampled } from "./sampling.ts";

export interface OtlpOptions {
  /** Base URL of the collector: "/v1/traces", "/v1/metrics" and "/v1/logs" are added. */
  endpoint: string;
  /** Of each request, such as an API key. */
  headers(): Promise<Record<string, string>>;
  /** The share of traces that is sent, from 0 to 1. */
  share: number;
  /** Whether it gets log records. @default false */
  logs?: boolean | undefined;
  resource: Resource;
  fetch: typeof fetch;
  now: Now;
}

/** A picture of what happened must not hold up what happens: one request takes no longer than this, in milliseconds. */
const TIMEOUT = 2_000;
/** While a collector does not answer, it is asked again only after this time. */
const PAUSE = 30_000;
/** Spans or log records of a request. */
const MOST = 512;

/**
 * Sends spans, metrics and log records to a collector, by OTLP over HTTP in JSON. What the collector does not take is lost, and is
 * counted: nothing waits for it. Throws where a collector does not answer; until some time after that it is not asked.
 */
export function otlp({ endpoint, headers, share, logs, resource, fetch, now }: OtlpOptions): Traces {
  const base = endpoint.replace(/\/+$/, "");
  let quietUntil = 0;
  let counted = now();

  const send = async (signal: "traces" | "metrics" | "logs", request: object): Promise<number> => {
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
    for (const some of chunks(spans, MOST)) {
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

  const sendRecords = async (records: readonly LogRecord[]): Promise<number> => {
    let lost = 0;
    for (const some of chunks(records, MOST)) lost += await send("logs", logRequest(some, now(), resource)!);
    return lost;
  };

  /** Answers how many of `count` are lost. */
  const unlessQuiet = async (count: number, act: () => Promise<number>): Promise<number> => {
    if (now() < quietUntil) return count;
    try {
      return await act();
    } catch (error) {
      quietUntil = now() + PAUSE;
      throw error;
    }
  };

  return {
    async record(spans, measures) {
      const wanted = spans.filter(({ traceparent, to }) => to !== undefined && isSampled(traceparent, share));
      return await unlessQuiet(wanted.length, async () => {
        const [lost] = await Promise.all([sendSpans(wanted), sendMeasures(measures)]);
        return lost;
      });
    },
    ...(logs && {
      // What is about no trace is about no share of them.
      async log(records: readonly LogRecord[]) {
        const wanted = records.filter(
          ({ traceparent }) => traceparent === undefined || isSampled(traceparent, share),
        );
        return await unlessQuiet(wanted.length, () => sendRecords(wanted));
      },
    }),
  };
}

/** How many spans or records a collector refused of a request that it took otherwise. */
function rejectedOf(text: string): number {
  try {
    const { partialSuccess = {} } = JSON.parse(text) as { partialSuccess?: Partial<Rejected> };
    return Number(partialSuccess.rejectedSpans ?? partialSuccess.rejectedLogRecords ?? 0) || 0;
  } catch {
    return 0; // Some answer nothing, or something of their own.
  }
}

type Rejected = Record<"rejectedSpans" | "rejectedLogRecords", string | number>;
