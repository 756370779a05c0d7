import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { HttpRequest, HttpResponse, Welcome } from "../kernel/service.ts";
import { inputOf } from "./http-request.ts";
import { errorResponse, responseOf } from "./http-response.ts";
import { operationOf, targetOf } from "./http-routes.ts";
import { refuseExpired } from "./presigned.ts";

/** S3's REST protocol. Signatures are not verified; a presigned request that is too old is refused. */
export async function answerHttp(kernel: Kernel, request: HttpRequest): Promise<HttpResponse> {
  try {
    refuseExpired(request.query, kernel.clock.now());
    const target = targetOf(request.headers.host ?? "", request.path);
    const operation = operationOf(request.method, target, request.query, request.headers);
    const output = await kernel.call("s3", operation, inputOf(operation, target, request), request);
    return responseOf(operation, output);
  } catch (error) {
    if (error instanceof ServiceError) return errorResponse(error, request);
    throw error;
  }
}

const READS = new Set(["GetObject", "HeadObject"]);

/**
 * What a browser may do: read one object, but not register it as a service worker for all pages of the
 * endpoint.
 */
export function welcome({
  method,
  path,
  query,
  headers,
}: Pick<HttpRequest, "method" | "path" | "query" | "headers">): Welcome {
  if (headers["sec-fetch-dest"] === "serviceworker") return "no page";
  try {
    const target = targetOf(headers.host ?? "", path);
    return READS.has(operationOf(method, target, query, headers)) ? "own file" : "no page";
  } catch {
    // Not an operation of S3; the response reports it.
    return "no page";
  }
}
