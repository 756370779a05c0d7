import { ServiceError } from "../kernel/errors.ts";

const refusal = (code: string) => (message: string) => new ServiceError(code, message);

export const invalidParameter = refusal("InvalidParameterException");
export const notFound = refusal("ResourceNotFoundException");
export const alreadyExists = refusal("ResourceAlreadyExistsException");
