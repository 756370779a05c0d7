import type { ModelProgress } from "../../../../lib/contract/model-progress.ts";
import { progressFileOf } from "../../../../lib/contract/model-progress.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";
import { readIfThere } from "../../model/artifact-records.ts";
import { artifactsOf } from "./artifacts.ts";

/** The progress of models in the files of runs. */
export function progressFiles(bucket: string) {
  const filesOf = artifactsOf(bucket);
  return async ({ workflow, run, epoch }: RunItem, path: string): Promise<ModelProgress | undefined> => {
    const stored = await readIfThere(filesOf(workflow, run), progressFileOf(run, epoch, path));
    return stored && (JSON.parse(new TextDecoder().decode(stored)) as ModelProgress);
  };
}
