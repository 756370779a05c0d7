/**
 * Names of OpenTelemetry's semantic conventions that are not stable yet: the package advises to copy them, since it may
 * rename them in any minor version. A test compares them with the package.
 * https://opentelemetry.io/docs/specs/semconv/
 */
export const CONVENTIONS = {
  messagingSystem: "messaging.system.name",
  messagingOperationName: "messaging.operation.name",
  messagingOperationType: "messaging.operation.type",
  messagingDestinationName: "messaging.destination.name",
  messagingMessageId: "messaging.message.id",
  messagingConversationId: "messaging.message.conversation_id",
  faasTrigger: "faas.trigger",
  cloudProvider: "cloud.provider",
  cloudRegion: "cloud.region",
  genAiOperationName: "gen_ai.operation.name",
  genAiProviderName: "gen_ai.provider.name",
  genAiRequestModel: "gen_ai.request.model",
  genAiInputTokens: "gen_ai.usage.input_tokens",
  genAiOutputTokens: "gen_ai.usage.output_tokens",
  logRecordUid: "log.record.uid",
  // Stable ones.
  serviceName: "service.name",
  errorType: "error.type",
  exceptionType: "exception.type",
  exceptionMessage: "exception.message",
  exceptionStacktrace: "exception.stacktrace",
} as const;
