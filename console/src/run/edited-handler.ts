import type { Reload } from "../api/reload.ts";
import type { RunDetail } from "../api/types.ts";

export interface EditedHandler {
  /** "workflows/film/draw-picture.lambda.ts" */
  file: string;
  /** ISO time at which the code changed. */
  at: string;
}

/** The handler of the step that made a run fail, if its code has changed since the run failed. */
export function editedHandler(
  { failedStep, endedAt, status }: Pick<RunDetail, "failedStep" | "endedAt" | "status">,
  handlers: Reload["handlers"] | undefined,
): EditedHandler | undefined {
  if (status !== "failed" || failedStep === undefined || endedAt === undefined) return undefined;
  const isOfStep = (file: string) => file.replace(/^.*[\\/]/, "").startsWith(`${failedStep}.lambda.`);
  const [file, at] = Object.entries(handlers ?? {}).find(([path]) => isOfStep(path)) ?? [];
  return file !== undefined && at !== undefined && at > endedAt ? { file, at } : undefined;
}
