import { createSocket } from "node:dgram";
import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { HttpRequest, HttpResponse, Service } from "../kernel/service.ts";
import { refusalOfSegment } from "./segment.ts";

/** What each datagram of the daemon begins with. https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html */
const HEADER = '{"format":"json","version":1}\n';

/**
 * X-Ray, as far as it takes segments: it hands them on to the daemon, or the collector, that the local cloud was started
 * with, and keeps none.
 */
export function xrayService(kernel: Kernel): Service {
  return {
    name: "xray",
    operations: {
      async PutTraceSegments({ TraceSegmentDocuments }) {
        if (!Array.isArray(TraceSegmentDocuments))
          throw new ServiceError("InvalidRequestException", "TraceSegmentDocuments must be a list.");
        const refused = TraceSegmentDocuments.map(refusalOfSegment);
        const taken = TraceSegmentDocuments.filter((_, at) => refused[at] === undefined);
        if (kernel.traceDaemon !== undefined) await send(taken, kernel.traceDaemon);
        const UnprocessedTraceSegments = refused.flatMap((one) =>
          one
            ? [{ Id: one.id, ErrorCode: one.code, Message: `Invalid segment. ErrorCode: ${one.code}` }]
            : [],
        );
        return { UnprocessedTraceSegments };
      },
    },
    http: (request) => answerHttp(kernel, request),
  };
}

async function answerHttp(kernel: Kernel, request: HttpRequest): Promise<HttpResponse> {
  const { method, path, body } = request;
  if (method !== "POST" || path !== "/TraceSegments") {
    const message = `The local cloud does not serve xray ${method} ${path}.`;
    throw new ServiceError("UnknownOperationException", message, { status: 404 });
  }
  const output = await kernel.call("xray", "PutTraceSegments", objectIn(body), request);
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(output) };
}

function objectIn(body: Buffer): object {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Refused below, like any other body that is no object.
  }
  throw new ServiceError("InvalidRequestException", "The request body must be a JSON object.");
}

/** `address` is "127.0.0.1:2000", or "tcp:… udp:…". */
async function send(documents: readonly string[], address: string): Promise<void> {
  const [, host, port] = /(?:^|udp:)([^\s:]+):(\d+)(?:\s|$)/.exec(address) ?? [];
  const socket = createSocket("udp4");
  try {
    for (const document of documents) {
      await new Promise<void>((resolve, reject) => {
        socket.send(`${HEADER}${document}`, Number(port), host, (error) =>
          error ? reject(error) : resolve(),
        );
      });
    }
  } finally {
    socket.close();
  }
}
