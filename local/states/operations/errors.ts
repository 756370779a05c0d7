import { ServiceError } from "../../kernel/errors.ts";

/** The refusals of the service, with its codes and its wording. */
export const refusals = {
  validation: (message: string) => new ServiceError("ValidationException", message),
  missing: (message: string) => new ServiceError("MissingRequiredParameter", message),
  invalidName: (name: unknown) => new ServiceError("InvalidName", `Invalid Name: '${name}'`),
  invalidArn: (problem: string) => new ServiceError("InvalidArn", `Invalid Arn: '${problem}'`),
  invalidLogging: (problem: string) =>
    new ServiceError("InvalidLoggingConfiguration", `Invalid Logging Configuration: ${problem}`),
  invalidInput: (problem: string) =>
    new ServiceError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${problem}'`),
  invalidOutput: (problem: string) => new ServiceError("InvalidOutput", `Invalid Output: '${problem}'`),
  invalidToken: () => new ServiceError("InvalidToken", "Invalid Token: 'Invalid token'"),
  noTask: () => new ServiceError("TaskDoesNotExist", "Task does not exist"),
  taskTimedOut: () =>
    new ServiceError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"),
  unmocked: () =>
    new ServiceError(
      "InvalidDefinition",
      "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]",
    ),
  noMachine: (arn: string) =>
    new ServiceError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`),
  machineExists: (arn: string) =>
    new ServiceError("StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`),
  wrongType: () =>
    new ServiceError(
      "StateMachineTypeNotSupported",
      "This operation is not supported by this type of state machine",
    ),
  noExecution: (arn: string) =>
    new ServiceError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`),
  executionExists: (arn: string) =>
    new ServiceError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`, {
      details: { executionArn: arn },
    }),
  notRedrivable: (problem: string) => new ServiceError("ExecutionNotRedrivable", problem),
  noActivity: (arn: string) => new ServiceError("ActivityDoesNotExist", `Activity Does Not Exist: '${arn}'`),
  noResource: (arn: string) => new ServiceError("ResourceNotFound", `Resource not found: '${arn}'`),
  noReference: () =>
    new ServiceError("ResourceNotFound", "Request references a resource that does not exist."),
  conflict: (message: string) => new ServiceError("ConflictException", message),
};
