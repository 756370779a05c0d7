/** The parts of the SDK for buses that functions use. */
export {
  CancelReplayCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  PutEventsCommand,
  StartReplayCommand,
} from "@aws-sdk/client-eventbridge";
