import { ServiceError } from "../kernel/errors.ts";

export const invalid = (message: string) => new ServiceError("ValidationException", message);

export const missing = (member: string) =>
  invalid(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );

export const notFound = (name: string) =>
  new ServiceError("NotFoundException", `Pipe ${name} does not exist.`, { status: 404 });

export const conflict = (name: string) =>
  new ServiceError("ConflictException", `Pipe ${name} already exists.`, { status: 409 });
