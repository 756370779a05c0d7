/** The parts of the SDK for functions that functions use. */
export { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
