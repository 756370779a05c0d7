import type { IncomingMessage } from "node:http";
import { ServiceError } from "../kernel/errors.ts";
import type { Route } from "./route.ts";

const MIB = 2 ** 20;

/** The largest request that is taken into memory, in bytes. AWS's own limits are below these, or S3's 5 GiB. */
export const bodyLimit = (route: Route) =>
  "service" in route && route.service === "s3" ? 1024 * MIB : 16 * MIB;

export const tooLarge = (limit: number) =>
  new ServiceError("RequestEntityTooLargeException", `The request is larger than ${limit} bytes.`, {
    status: 413,
  });

/** The whole body. Throws RequestEntityTooLargeException as soon as `limit` is passed. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers["content-length"]) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not close the connection: the refusal still has to be sent on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
}
