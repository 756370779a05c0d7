import { ServiceError } from "../kernel/errors.ts";

/** EventBridge Scheduler's errors: the message is a member `Message` of the body. */
const refusal = (code: string, status: number) => (Message: string) =>
  new ServiceError(code, Message, { status, details: { Message } });

export const validation = refusal("ValidationException", 400);
export const notFound = refusal("ResourceNotFoundException", 404);
export const conflict = refusal("ConflictException", 409);
