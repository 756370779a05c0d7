import { ServiceError } from "../kernel/errors.ts";

/** The error of most of the service's rules. */
export function validation(message: string): ServiceError {
  return new ServiceError("ValidationException", message);
}

/** A rule whose message begins with "One or more parameter values were invalid: …". */
export function invalidValue(message: string): ServiceError {
  return validation(`One or more parameter values were invalid: ${message}`);
}

/** JSON of the wrong type, refused before the operation checks its parameters. */
export function serialization(message: string): ServiceError {
  return new ServiceError("SerializationException", message);
}

export function tableNotFound(name: string): ServiceError {
  return new ServiceError(
    "ResourceNotFoundException",
    `Requested resource not found: Table: ${name} not found`,
  );
}
