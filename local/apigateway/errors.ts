import { ServiceError } from "../kernel/errors.ts";

/** API Gateway's errors. */
const refusal = (code: string, status: number) => (message: string) =>
  new ServiceError(code, message, { status });

export const badRequest = refusal("BadRequestException", 400);
export const notFound = refusal("NotFoundException", 404);
export const conflict = refusal("ConflictException", 409);
