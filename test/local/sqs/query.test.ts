import { afterEach, expect, test } from "vitest";
import { sqsService } from "../../../local/sqs/service.ts";
import { serve } from "../../../local/wire/server.ts";
import { amongStandIns } from "../stand-ins.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** Bodies that version 2.1400.0 of the SDK for JavaScript sends, with the queue's address left out. */
const SENT = {
  create:
    "Action=CreateQueue&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=31&QueueName=orders&Tag.1.Key=a&Tag.1.Value=b&Version=2012-11-05",
  send: "Action=SendMessage&DelaySeconds=0&MessageAttribute.1.Name=n&MessageAttribute.1.Value.DataType=Number&MessageAttribute.1.Value.StringValue=1&MessageAttribute.2.Name=b&MessageAttribute.2.Value.BinaryValue=AQL%2F&MessageAttribute.2.Value.DataType=Binary&MessageBody=%3C%26%3E%20%0D%0A%20%C3%BC&Version=2012-11-05",
  batch:
    "Action=SendMessageBatch&SendMessageBatchRequestEntry.1.Id=1&SendMessageBatchRequestEntry.1.MessageBody=a&SendMessageBatchRequestEntry.2.DelaySeconds=9999&SendMessageBatchRequestEntry.2.Id=2&SendMessageBatchRequestEntry.2.MessageBody=b&Version=2012-11-05",
  receive:
    "Action=ReceiveMessage&AttributeName.1=SenderId&MaxNumberOfMessages=10&MessageAttributeName.1=All&Version=2012-11-05&WaitTimeSeconds=0",
};

const signed =
  "AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0";

/** Queues behind a port. `ask` posts a form, and answers the status and the XML without its request id. */
async function setUp() {
  const { kernel } = amongStandIns({});
  kernel.register(sqsService(kernel));
  const { url, close } = await serve(kernel, { port: 0 });
  open.push(close);
  Object.assign(kernel, { endpoint: url });
  const ask = async (
    body: string,
    path = "/",
    headers: Record<string, string> = { authorization: signed },
  ) => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8", ...headers },
      body,
    });
    const text = await response.text();
    return { status: response.status, xml: text.replace(/<RequestId>[^<]*<\/RequestId>/, "<RequestId/>") };
  };
  return { kernel, url, ask, queue: `${url}/000000000000/orders` };
}

const NAMESPACE = 'xmlns="http://queue.amazonaws.com/doc/2012-11-05/"';
const document = (root: string) => `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
const METADATA = "<ResponseMetadata><RequestId/></ResponseMetadata>";
const of = (queue: string, body: string) => `${body}&QueueUrl=${encodeURIComponent(queue)}`;

test("a queue is made with attributes and tags, and describes both", async () => {
  const { ask, queue } = await setUp();
  expect(await ask(SENT.create)).toEqual({
    status: 200,
    xml: document(
      `<CreateQueueResponse ${NAMESPACE}><CreateQueueResult><QueueUrl>${queue}</QueueUrl></CreateQueueResult>${METADATA}</CreateQueueResponse>`,
    ),
  });
  const attributes = await ask(of(queue, "Action=GetQueueAttributes&AttributeName.1=VisibilityTimeout"));
  expect(attributes.xml).toContain(
    "<GetQueueAttributesResult><Attribute><Name>VisibilityTimeout</Name><Value>31</Value></Attribute></GetQueueAttributesResult>",
  );
  expect((await ask(of(queue, "Action=ListQueueTags"))).xml).toContain(
    "<ListQueueTagsResult><Tag><Key>a</Key><Value>b</Value></Tag></ListQueueTagsResult>",
  );
  expect((await ask("Action=ListQueues&QueueNamePrefix=o")).xml).toContain(
    `<ListQueuesResult><QueueUrl>${queue}</QueueUrl></ListQueuesResult>`,
  );
});

test("a message arrives with its body, attributes and digests", async () => {
  const { ask, queue, kernel } = await setUp();
  await ask(SENT.create);
  const { xml } = await ask(of(queue, SENT.send));
  const { Messages } = await kernel.call("sqs", "ReceiveMessage", {
    QueueUrl: queue,
    MessageAttributeNames: ["All"],
    VisibilityTimeout: 0,
  });
  const [{ MessageId, MD5OfBody, MD5OfMessageAttributes, Body, MessageAttributes }] = Messages;
  expect(Body).toBe("<&> \r\n ü");
  expect(MessageAttributes).toEqual({
    n: { DataType: "Number", StringValue: "1" },
    b: { DataType: "Binary", BinaryValue: "AQL/" },
  });
  expect(xml).toBe(
    document(
      `<SendMessageResponse ${NAMESPACE}><SendMessageResult><MessageId>${MessageId}</MessageId><MD5OfMessageBody>${MD5OfBody}</MD5OfMessageBody><MD5OfMessageAttributes>${MD5OfMessageAttributes}</MD5OfMessageAttributes></SendMessageResult>${METADATA}</SendMessageResponse>`,
    ),
  );
  const received = await ask(of(queue, SENT.receive));
  expect(received.xml.replace(/<ReceiptHandle>[^<]*<\/ReceiptHandle>/, "<ReceiptHandle/>")).toBe(
    document(
      `<ReceiveMessageResponse ${NAMESPACE}><ReceiveMessageResult><Message><MessageId>${MessageId}</MessageId><ReceiptHandle/><MD5OfBody>${MD5OfBody}</MD5OfBody><Body>&lt;&amp;&gt; &#13;\n ü</Body>` +
        "<Attribute><Name>SenderId</Name><Value>000000000000</Value></Attribute>" +
        "<MessageAttribute><Name>n</Name><Value><DataType>Number</DataType><StringValue>1</StringValue></Value></MessageAttribute>" +
        "<MessageAttribute><Name>b</Name><Value><BinaryValue>AQL/</BinaryValue><DataType>Binary</DataType></Value></MessageAttribute>" +
        `<MD5OfMessageAttributes>${MD5OfMessageAttributes}</MD5OfMessageAttributes></Message></ReceiveMessageResult>${METADATA}</ReceiveMessageResponse>`,
    ),
  );
  expect((await ask(of(queue, SENT.receive))).xml).toContain("<ReceiveMessageResult></ReceiveMessageResult>");
});

test("each entry of a batch succeeds or fails on its own", async () => {
  const { ask, queue } = await setUp();
  await ask(SENT.create);
  const { xml } = await ask(of(queue, SENT.batch));
  expect(xml).toMatch(
    /<SendMessageBatchResult><SendMessageBatchResultEntry><Id>1<\/Id><MessageId>[\w-]+<\/MessageId><MD5OfMessageBody>0cc175b9c0f1b6a831c399e269772661<\/MD5OfMessageBody><\/SendMessageBatchResultEntry><BatchResultErrorEntry><Id>2<\/Id><SenderFault>true<\/SenderFault><Code>InvalidParameterValue<\/Code>/,
  );
  const received = await ask(of(queue, SENT.receive));
  const [, handle] = /<ReceiptHandle>([^<]*)/.exec(received.xml)!;
  const entry = (name: string, more = "") =>
    `Action=${name}&${name}RequestEntry.1.Id=e&${name}RequestEntry.1.ReceiptHandle=${handle}${more}`;
  const changed = await ask(
    of(
      queue,
      entry(
        "ChangeMessageVisibilityBatch",
        "&ChangeMessageVisibilityBatchRequestEntry.1.VisibilityTimeout=9",
      ),
    ),
  );
  expect(changed.xml).toContain("<ChangeMessageVisibilityBatchResultEntry><Id>e</Id>");
  const deleted = await ask(of(queue, entry("DeleteMessageBatch")));
  expect(deleted.xml).toContain("<DeleteMessageBatchResultEntry><Id>e</Id>");
});

test("an operation without a result answers without one", async () => {
  const { ask, queue } = await setUp();
  await ask(SENT.create);
  const set = "Action=SetQueueAttributes&Attribute.1.Name=DelaySeconds&Attribute.1.Value=1";
  expect((await ask(of(queue, set))).xml).toBe(
    document(`<SetQueueAttributesResponse ${NAMESPACE}>${METADATA}</SetQueueAttributesResponse>`),
  );
  const permission =
    "Action=AddPermission&Label=l&AWSAccountId.1=111111111111&ActionName.10=SendMessage&ActionName.2=ReceiveMessage";
  expect((await ask(of(queue, permission))).status).toBe(200);
  const policy = await ask(of(queue, "Action=GetQueueAttributes&AttributeName.1=Policy"));
  expect(policy.xml).toContain("[&quot;SQS:ReceiveMessage&quot;,&quot;SQS:SendMessage&quot;]");
  expect((await ask(of(queue, "Action=UntagQueue&TagKey.1=a"))).status).toBe(200);
});

test.each([
  [
    "Action=GetQueueUrl&QueueName=none",
    400,
    "AWS.SimpleQueueService.NonExistentQueue",
    "The specified queue does not exist.",
  ],
  [
    "Action=SendMessage&MessageBody=x",
    400,
    "MissingParameter",
    "The request must contain the parameter QueueUrl.",
  ],
  ["Action=SendMessageBatch", 400, "MissingParameter", "The request must contain the parameter QueueUrl."],
  [
    "Action=ReceiveMessage&MaxNumberOfMessages=many",
    400,
    "SerializationException",
    "MaxNumberOfMessages must be a number.",
  ],
])("%s is an error in XML, with the code of that protocol", async (body, status, code, message) => {
  const { ask } = await setUp();
  expect(await ask(`${body}&Version=2012-11-05`)).toEqual({
    status,
    xml: document(
      `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message><Detail></Detail></Error><RequestId/></ErrorResponse>`,
    ),
  });
});

test("the version is enough where a request is not signed, and the path where it names no queue", async () => {
  const { ask, kernel, queue } = await setUp();
  await ask(SENT.create, "/", {});
  await ask("Action=SendMessage&MessageBody=x&Version=2012-11-05", "/000000000000/orders", {});
  const { Messages } = await kernel.call("sqs", "ReceiveMessage", { QueueUrl: queue });
  expect(Messages).toMatchObject([{ Body: "x" }]);
});

test("a form of a web page is refused", async () => {
  const { ask } = await setUp();
  expect(await ask(SENT.create, "/", { origin: "https://evil.example.com" })).toMatchObject({ status: 403 });
});
