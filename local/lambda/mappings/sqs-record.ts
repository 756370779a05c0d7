/** A message as a function sees it in `Records`. */
export interface SqsRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: Record<string, string>;
  messageAttributes: Record<string, object>;
  md5OfMessageAttributes?: string | null;
  md5OfBody: string;
  eventSource: "aws:sqs";
  eventSourceARN: string;
  awsRegion: string;
}

/**
 * A received message (in ReceiveMessage's form) as a record. Mappings that batch over a window write null
 * where others write nothing.
 */
export function sqsRecord(message: any, queueArn: string, overWindow: boolean): SqsRecord {
  const attributes: [string, any][] = Object.entries(message.MessageAttributes ?? {});
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      attributes.map(([name, { StringValue, BinaryValue, DataType }]) => [
        name,
        {
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: DataType,
        },
      ]),
    ),
    ...((message.MD5OfMessageAttributes || overWindow) && {
      md5OfMessageAttributes: message.MD5OfMessageAttributes ?? null,
    }),
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(":")[3]!,
  };
}
