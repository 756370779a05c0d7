import { ServiceError } from "../kernel/errors.ts";

/** The refusal that most of the service's rules end in. */
export function validation(message: string): ServiceError {
  return new ServiceError("ValidationException", message);
}

/** A rule that the service words as "One or more parameter values were invalid: …". */
export function invalidValue(message: string): ServiceError {
  return validation(`One or more parameter values were invalid: ${message}`);
}

/** JSON of the wrong kind, refused before the operation looks at its parameters. */
export function serialization(message: string): ServiceError {
  return new ServiceError("SerializationException", message);
}

export function tableNotFound(name: string): ServiceError {
  return new ServiceError(
    "ResourceNotFoundException",
    `Requested resource not found: Table: ${name} not found`,
  );
}
