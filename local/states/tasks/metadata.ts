import { crc32 } from "node:zlib";
import type { Kernel } from "../../kernel/kernel.ts";

/** What the SDK for Java returns about the HTTP exchange, which optimized integrations pass on with the output. */
export function withMetadata(
  kernel: Kernel,
  output: Record<string, unknown>,
  headers: Record<string, string>,
  status = 200,
): Record<string, unknown> {
  const requestId = kernel.random.uuid();
  const all: Record<string, string> = {
    ...headers,
    "x-amzn-RequestId": requestId,
    Date: new Date(kernel.clock.now()).toUTCString(),
  };
  return {
    ...output,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
      HttpHeaders: all,
      HttpStatusCode: status,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}

/** Headers of an answer in the awsJson 1.0 protocol. */
export function jsonHeaders(output: unknown): Record<string, string> {
  return {
    connection: "keep-alive",
    "Content-Length": String(Buffer.byteLength(JSON.stringify(output))),
    "Content-Type": "application/x-amz-json-1.0",
  };
}

/** The headers of a response in the Query protocol. */
export function queryHeaders(output: unknown): Record<string, string> {
  return {
    connection: "keep-alive",
    "Content-Length": String(Buffer.byteLength(JSON.stringify(output))),
    "Content-Type": "text/xml",
  };
}

/** DynamoDB adds a checksum to its responses. */
export function dynamodbHeaders(output: unknown): Record<string, string> {
  const body = JSON.stringify(output);
  return {
    Server: "Server",
    Connection: "keep-alive",
    "x-amz-crc32": String(crc32(body)),
    "Content-Length": String(Buffer.byteLength(body)),
    "Content-Type": "application/x-amz-json-1.0",
  };
}
