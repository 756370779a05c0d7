import { AwsClient } from "aws4fetch";
import { chunks } from "../../../../lib/contract/chunks.ts";
import type { Traces } from "../../ports/telemetry.ts";
import { type Segment, segmentOf } from "../../relay/segments.ts";

/** Number of segments per call, the same as X-Ray's own daemon sends. */
const MOST_SEGMENTS = 50;
/** Tracing must not delay the relay. */
const TIMEOUT = 2_000;

interface Answer {
  UnprocessedTraceSegments?: { Id?: string; ErrorCode?: string; Message?: string }[];
}

/**
 * X-Ray's API, called with a small signer: its SDK client would add 300 KB to the relay. The daemon next to a
 * Lambda function accepts segments of sampled invocations, and these segments belong to the traces of runs.
 * Undefined if tracing is off.
 * https://docs.aws.amazon.com/xray/latest/api/API_PutTraceSegments.html
 */
export function xraySegments(
  environment = process.env,
): ((segments: readonly Segment[]) => Promise<void>) | undefined {
  if (!environment.AWS_XRAY_DAEMON_ADDRESS) return undefined;
  const url = `${environment.AWS_ENDPOINT_URL ?? endpointIn(environment.AWS_REGION!)}/TraceSegments`;
  const client = new AwsClient({
    accessKeyId: environment.AWS_ACCESS_KEY_ID!,
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY!,
    ...(environment.AWS_SESSION_TOKEN !== undefined && { sessionToken: environment.AWS_SESSION_TOKEN }),
    region: environment.AWS_REGION!,
    service: "xray",
    retries: 2,
  });
  return async (segments) => {
    for (const some of chunks(segments, MOST_SEGMENTS)) {
      const documents = some.map((one) => JSON.stringify(one));
      const response = await client.fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ TraceSegmentDocuments: documents }),
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`X-Ray answered ${response.status}: ${text.slice(0, 500)}`);
      const [refused] = (JSON.parse(text) as Answer).UnprocessedTraceSegments ?? [];
      if (refused)
        throw new Error(`X-Ray refused segment ${refused.Id}: ${refused.ErrorCode} ${refused.Message}`);
    }
  };
}

/**
 * X-Ray, which shows spans as segments. Its metrics are CloudWatch's, where functions write them anyway.
 * Undefined if tracing is off.
 */
export function xray(environment = process.env): Traces | undefined {
  const put = xraySegments(environment);
  return (
    put && {
      async record(spans) {
        await put(spans.map(segmentOf));
        return 0;
      },
    }
  );
}

function endpointIn(region: string): string {
  return `https://xray.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}
