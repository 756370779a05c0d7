import type { Kernel } from "../local/kernel/kernel.ts";

/** One call of an AWS operation in the local cloud: by the SDK over HTTP, or by one service of another. */
export interface Call {
  service: string;
  operation: string;
  input: any;
  /** ARN of the principal, undefined for people and for what the local cloud asks itself. */
  caller: string | undefined;
  /** Undefined where the call was refused. */
  output: any;
  error: any;
}

const DATA_OPERATIONS =
  /^(Get|Put|Update|Delete)Item$|^Query$|^Scan$|^Batch|^Transact|Statement$|Transaction$/;

/**
 * Calls `observe` with every call from now on, when it is answered. Everything passes the kernel, so that nothing has to
 * be measured inside the engines. With `capacity`, DynamoDB is asked to report what each call consumes, which takes
 * time of its own.
 */
export function observeCalls(kernel: Kernel, observe: (call: Call) => void, { capacity = false } = {}): void {
  const call = kernel.call.bind(kernel);
  kernel.call = async (service, operation, given, context) => {
    const measured = capacity && service === "dynamodb" && DATA_OPERATIONS.test(operation);
    const input = measured ? { ...given, ReturnConsumedCapacity: "TOTAL" } : given;
    const about = { service, operation, input, caller: context?.caller };
    try {
      const output = await call(service, operation, input, context);
      observe({ ...about, output, error: undefined });
      return output;
    } catch (error) {
      observe({ ...about, output: undefined, error });
      throw error;
    }
  };
}
