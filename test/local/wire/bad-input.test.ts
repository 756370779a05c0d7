import { expect, test } from "vitest";
import { startTarget } from "../../security/cloud.ts";
import { soaking } from "../../seeds.ts";

/** Whatever an operation is given, it answers or refuses: nothing is a fault of the local cloud. */

const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const VALUES: unknown[] = [
  null,
  0,
  -1,
  "",
  "x",
  true,
  [],
  [null],
  [1],
  { a: null },
  `{"a":${deep(100_000)}}`,
];

/** Values for the next member. In the suite some, each time those that follow the last ones. */
const IN_SUITE = 4;
const sample = (tried: number) =>
  soaking ? VALUES : Array.from({ length: IN_SUITE }, (_, at) => VALUES[(tried + at) % VALUES.length]);

/** Members of inputs, of any service. */
const MEMBERS = new Set(
  `QueueUrl QueueName Attributes AttributeNames MessageBody Entries MessageAttributes ReceiptHandle Tags TagKeys
  MaxNumberOfMessages VisibilityTimeout DelaySeconds Actions SourceArn TaskHandle MaxResults NextToken FunctionName
  Qualifier Environment Payload Cors Name FunctionVersion Role Resource StatementId Principal UUID BatchSize EventSourceArn
  FilterCriteria DestinationConfig ReservedConcurrentExecutions Marker MaxItems Bucket Key Body Metadata Delete Tagging
  Range PartNumber UploadId MultipartUpload CopySource VersionId Prefix MaxKeys ContinuationToken LifecycleConfiguration
  Policy IfMatch SecretId SecretString SecretBinary Filters logGroupName logStreamName logEvents startTime limit
  filterPattern nextToken Namespace MetricData Dimensions StartTime Period Statistics MetricDataQueries AlarmNames
  ScheduleExpression Target GroupName ApiId RouteId EventBusName EventPattern Event Targets Ids ArchiveName Destination
  StackName Names`.split(/\s+/),
);
/** An input that adds the names of members that are read to `names`: all, where they are listed. */
function reading(input: object, names: Set<string>): object {
  const add = (name: string | symbol) => MEMBERS.has(String(name)) && names.add(String(name));
  const addAll = () => names.size < MEMBERS.size && MEMBERS.forEach(add);
  return new Proxy(input, {
    get(target, name) {
      add(name);
      return Reflect.get(target, name);
    },
    has(target, name) {
      add(name);
      return Reflect.has(target, name);
    },
    getOwnPropertyDescriptor(target, name) {
      add(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys(target) {
      addAll();
      return Reflect.ownKeys(target);
    },
  });
}

/** These wait, or take away what the others are tried on. */
const LEFT_OUT = new Set(["ReceiveMessage", "DeleteFunction", "DeleteBucket", "DeleteQueue"]);
/** Interpreters with fuzzers of their own. */
const FUZZED = new Set(["dynamodb", "dynamodbstreams", "states"]);

test("no member of any type causes an internal error", async () => {
  const { cloud, reports } = await startTarget();
  const { kernel } = cloud;
  const sound = {
    FunctionName: "victim",
    Bucket: "films",
    QueueUrl: `${cloud.endpoint}/000000000000/orders`,
    SecretId: "x",
    Name: "x",
    Key: "k",
    logGroupName: "g",
    logStreamName: "s",
  };
  const faults = new Set<string>();
  let tried = 0;
  for (const { name: service, operations } of kernel.all().filter(({ name }) => !FUZZED.has(name))) {
    for (const operation of Object.keys(operations).filter((name) => !LEFT_OUT.has(name))) {
      // An operation depends on a member only if it reads it.
      const read = new Set<string>();
      const attempt = (input: object) =>
        kernel.call(service, operation, reading(input, read)).catch(({ status, code, message }) => {
          // What AWS has and the local cloud has not is a 501, as S3 says it.
          if (!(status >= 300 && status < 500) && status !== 501)
            faults.add(`${service}:${operation} ${code}: ${message}`);
        });
      await attempt({});
      await attempt(sound);
      for (const name of read)
        for (const value of sample(tried)) {
          await attempt({ ...sound, [name]: value });
          tried++;
        }
    }
  }
  await cloud.close();
  expect(tried).toBeGreaterThan(soaking ? 50_000 : 15_000);
  expect([...faults]).toEqual([]);
  expect(reports).toEqual([]);
});
