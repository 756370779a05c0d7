/** The answer to a state. */
export type Answer<Output = unknown> = { output: Output } | { error: string; cause: string };

export function failed(error: string, cause: string): { error: string; cause: string } {
  return { error, cause };
}
