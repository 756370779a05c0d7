import { ServiceError } from "../kernel/errors.ts";

export const invalidValue = (message: string) => new ServiceError("InvalidParameterValue", message);
export const missingParameter = (name: string) =>
  new ServiceError("MissingParameter", `The parameter ${name} is required.`);
export const validation = (message: string) => new ServiceError("ValidationError", message);
export const notFound = (message: string) => new ServiceError("ResourceNotFound", message, { status: 404 });
