import { ServiceError } from "../../kernel/errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ReadPhase } from "../frame.ts";
import { parseData } from "../numbers.ts";
import type { Execution } from "../run.ts";
import type { Answer } from "./answer.ts";
import { parseCsv } from "./csv.ts";

type Config = ReadPhase["config"];

class ReaderError extends Error {}

/** The items of a distributed Map's data set in S3. What cannot be read is States.ItemReaderFailed. */
export async function readItems(
  kernel: Kernel,
  execution: Execution,
  resource: string,
  { parameters, config }: ReadPhase,
): Promise<Answer> {
  const caller = execution.roleArn;
  try {
    if (config.MaxItems < 0) throw new ReaderError("field MaxItems must be positive");
    const items = resource.endsWith(":listObjectsV2")
      ? await listed(kernel, parameters as { Bucket: string }, config, caller)
      : parse(await readObject(kernel, parameters as object, caller), config);
    return { kind: "result", value: config.MaxItems > 0 ? items.slice(0, config.MaxItems) : items };
  } catch (error) {
    if (!(error instanceof ReaderError) && !(error instanceof ServiceError)) throw error;
    return { kind: "failed", failure: { error: "States.ItemReaderFailed", cause: error.message } };
  }
}

async function readObject(kernel: Kernel, input: object, caller: string): Promise<string> {
  const { Body } = await kernel.call("s3", "GetObject", input, { caller });
  return Buffer.from(Body).toString();
}

/** The objects of a listing, or (LOAD_AND_FLATTEN) the items of all of them. */
async function listed(
  kernel: Kernel,
  input: { Bucket: string },
  config: Config,
  caller: string,
): Promise<unknown[]> {
  const objects = await listObjects(kernel, input, caller);
  if (config.Transformation !== "LOAD_AND_FLATTEN") return objects;
  const items: unknown[] = [];
  for (const { Key } of objects) {
    items.push(...parse(await readObject(kernel, { Bucket: input.Bucket, Key }, caller), config));
  }
  return items;
}

async function listObjects(kernel: Kernel, input: object, caller: string): Promise<{ Key: string }[]> {
  const items: { Key: string }[] = [];
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await kernel.call("s3", "ListObjectsV2", { ...input, ContinuationToken }, { caller });
    for (const { ETag, Key, LastModified, Size, StorageClass } of page.Contents ?? []) {
      const item = { Etag: ETag, Key, LastModified: toSeconds(LastModified), Size, StorageClass };
      items.push(item);
    }
    ContinuationToken = page.NextContinuationToken;
    if (!ContinuationToken) return items;
  }
}

/** The service returns times of objects in seconds since the epoch. */
function toSeconds(time: string | number | Date): number {
  return typeof time === "number" ? time : Math.floor(new Date(time).getTime() / 1000);
}

function parse(text: string, config: Config): unknown[] {
  switch (config.InputType) {
    case "CSV":
      return records(text, config);
    case "JSON":
      return list(atPointer(json(text), config.ItemsPointer));
    case "JSONL":
      return text
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map(json);
    default:
      throw new ReaderError(`The local cloud does not serve the InputType ${config.InputType}.`);
  }
}

function records(text: string, config: Config): Record<string, string>[] {
  const rows = parseCsv(text, String(config.CSVDelimiter ?? "COMMA"));
  const headers =
    config.CSVHeaderLocation === "GIVEN" ? (config.CSVHeaders as string[]) : (rows.shift() ?? []);
  if (new Set(headers).size < headers.length) throw new ReaderError("CSV headers cannot contain duplicates.");
  return rows.map((row) => Object.fromEntries(headers.map((header, column) => [header, row[column] ?? ""])));
}

function json(text: string): unknown {
  try {
    return parseData(text);
  } catch (error) {
    throw new ReaderError(`The data set is not valid JSON: ${(error as Error).message}`);
  }
}

/** The value at a JSON pointer (RFC 6901). */
function atPointer(value: unknown, pointer: unknown): unknown {
  if (typeof pointer !== "string") return value;
  const steps = pointer.split("/").slice(1);
  return steps.reduce<any>((at, step) => at?.[step.replaceAll("~1", "/").replaceAll("~0", "~")], value);
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new ReaderError("Attempting to map over non-iterable node.");
}
