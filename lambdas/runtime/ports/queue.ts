/** A message to send. */
export interface SentMessage {
  body: string;
  /** The message group, for queues that serve groups in turn. */
  group?: string | undefined;
  /** Its X-Ray header. */
  traceHeader?: string | undefined;
  /** Epoch milliseconds at which it was first sent. */
  sent: number;
}

/** The queue that the handler's message came from. */
export interface SourceQueue {
  /** Hides the message for `milliseconds` more; at most 12 hours. */
  delay(receiptHandle: string, milliseconds: number): Promise<void>;
  /**
   * Sends the message again as a new one, delayed by `milliseconds` (15 minutes at most): without earlier
   * receives, with the time at which it was first sent. Absent if a copy would not be the same message.
   */
  sendAgain?(message: SentMessage, milliseconds: number): Promise<void>;
}
