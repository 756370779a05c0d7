import { parseData } from "../numbers.ts";

/** A child workflow that has ended, as in the results of a distributed Map. */
export interface ChildRecord {
  ExecutionArn: string;
  /** JSON text. */
  Input: string;
  /** JSON text; only of items that succeeded. */
  Output?: string;
  Status: "SUCCEEDED" | "FAILED" | "ABORTED";
  StartDate: string;
  StopDate: string;
  [member: string]: unknown;
}

export interface WriterConfig {
  /** NONE leaves records as they are, COMPACT takes the outputs from them, FLATTEN makes one list of outputs that are lists. */
  Transformation?: "NONE" | "COMPACT" | "FLATTEN";
  OutputType?: "JSON" | "JSONL";
}

export interface ResultFile {
  key: string;
  body: string;
}

/** The results as the transformation wants them. A child workflow that failed is reported by its record in any case. */
export function transformed(
  records: ChildRecord[],
  transformation: NonNullable<WriterConfig["Transformation"]>,
): unknown[] {
  if (transformation === "NONE") return records;
  const results = records.map((record) =>
    record.Status === "SUCCEEDED" ? parseData(record.Output!) : record,
  );
  return transformation === "FLATTEN" ? results.flat() : results;
}

/**
 * The files of a Map Run's results below `folder`: one for each way in which child workflows ended, one for the
 * inputs of those that were never started, and the manifest that names them, which is the last.
 */
export function resultFiles(
  { bucket, folder, mapRunArn }: { bucket: string; folder: string; mapRunArn: string },
  records: ChildRecord[],
  pending: string[],
  { Transformation = "NONE", OutputType = "JSON" }: WriterConfig,
): ResultFile[] {
  const succeeded = records.filter(({ Status }) => Status === "SUCCEEDED");
  const failed = records.filter(({ Status }) => Status !== "SUCCEEDED");
  const groups: [status: string, results: unknown[]][] = [
    ["FAILED", failed],
    ["PENDING", pending.map((Input) => ({ Input, InputDetails: { Included: true }, Status: "PENDING" }))],
    ["SUCCEEDED", transformed(succeeded, Transformation)],
  ];
  const extension = OutputType.toLowerCase();
  const files = groups.map(([status, results]) => ({
    status,
    empty: results.length === 0,
    key: `${folder}/${status}_0.${extension}`,
    body: format(results, OutputType),
  }));
  const ResultFiles = Object.fromEntries(
    files.map(({ status, empty, key, body }) => [
      status,
      empty ? [] : [{ Key: key, Size: Buffer.byteLength(body) }],
    ]),
  );
  const manifest = { DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles };
  return [
    ...files.filter(({ empty }) => !empty).map(({ key, body }) => ({ key, body })),
    { key: `${folder}/manifest.json`, body: JSON.stringify(manifest) },
  ];
}

function format(results: unknown[], type: NonNullable<WriterConfig["OutputType"]>): string {
  if (type === "JSON") return JSON.stringify(results);
  return results.map((result) => `${JSON.stringify(result)}\n`).join("");
}
