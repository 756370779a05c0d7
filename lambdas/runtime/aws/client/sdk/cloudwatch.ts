/** The parts of the SDK for metrics that functions use. */
export { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
