import { ServiceError } from "../kernel/errors.ts";
import {
  batchEntryIdsNotDistinct,
  emptyBatchRequest,
  invalidBatchEntryId,
  tooManyEntries,
} from "./errors.ts";

const MOST_ENTRIES = 10;

interface Entry {
  Id: string;
}

/** Throws the error that refuses a batch as a whole. */
export function checkEntries(entries: Entry[] | undefined): asserts entries is Entry[] {
  if (!Array.isArray(entries) || entries.length === 0) throw emptyBatchRequest();
  if (entries.length > MOST_ENTRIES) throw tooManyEntries(entries.length);
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id ?? "")) throw invalidBatchEntryId();
    if (seen.has(Id)) throw batchEntryIdsNotDistinct(Id);
    seen.add(Id);
  }
}

/** Runs each entry for itself: what one entry throws is that entry's failure. */
export function runBatch<E extends Entry>(entries: E[], run: (entry: E) => object) {
  checkEntries(entries);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const Code = error.details.queryErrorCode ?? error.code;
      Failed.push({ Id: entry.Id, SenderFault: error.fault === "client", Code, Message: error.message });
    }
  }
  return Failed.length > 0 ? { Successful, Failed } : { Successful };
}
