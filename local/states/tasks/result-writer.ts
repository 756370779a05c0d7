import { ServiceError } from "../../kernel/errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { WritePhase } from "../frame.ts";
import type { Execution } from "../run.ts";
import type { Answer } from "./answer.ts";
import { type ChildRecord, resultFiles, type WriterConfig } from "./result-files.ts";

interface ResultsToWrite {
  execution: Execution;
  config: WriterConfig;
  phase: WritePhase;
  results: { records: ChildRecord[]; pending: string[] };
}

/** Writes the results of a distributed Map to S3; answers what the Map answers. What cannot be written is States.ResultWriterFailed. */
export async function writeResults(
  kernel: Kernel,
  { execution, config, phase, results }: ResultsToWrite,
): Promise<Answer> {
  const {
    parameters,
    map: { run },
  } = phase;
  const { Bucket = "", Prefix } = parameters;
  const id = run.arn.slice(run.arn.lastIndexOf(":") + 1);
  const attempt = run.redrives === 0 ? id : `${id}/Redrive-${run.redrives}`;
  const folder = Prefix ? `${Prefix}/${attempt}` : attempt;
  const place = { bucket: Bucket, folder, mapRunArn: run.arn };
  const files = resultFiles(place, results.records, results.pending, config);
  try {
    for (const { key, body } of files) {
      const put = { Bucket, Key: key, Body: body, ContentType: "application/json" };
      await kernel.call("s3", "PutObject", put, { caller: execution.roleArn });
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { kind: "failed", failure: { error: "States.ResultWriterFailed", cause: error.message } };
  }
  const ResultWriterDetails = { Bucket, Key: files.at(-1)!.key };
  return { kind: "result", value: { MapRunArn: run.arn, ResultWriterDetails } };
}
