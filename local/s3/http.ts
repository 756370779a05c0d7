import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { HttpRequest, HttpResponse } from "../kernel/service.ts";
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
