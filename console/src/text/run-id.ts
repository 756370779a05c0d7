/** The workflow or reaction of a run's id: "produce-video" of "produce-video-r5oe4mkc3edj76vlnndd". */
export function workflowOf(run: string): string {
  return run.slice(0, run.lastIndexOf("-"));
}
