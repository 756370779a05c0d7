import { ServiceError } from "../kernel/errors.ts";

export const invalidParameter = (message: string) =>
  new ServiceError("InvalidParameter", `Invalid parameter: ${message}`);

export const notFound = (what: string) =>
  new ServiceError("NotFound", `${what} does not exist`, { status: 404 });

export const notServed = (what: string) =>
  new ServiceError("InvalidParameter", `The local cloud does not serve ${what}.`);
