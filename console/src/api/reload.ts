/** How the code that runs in the local cloud relates to the code on disk. */
export interface Reload {
  state: "current" | "reloading" | "failed";
  /**
   * ISO time at which the code of a handler last changed, by its path: of those that changed since the start.
   */
  handlers: Record<string, string>;
  /** Why the code on disk is not running. */
  problem?: { message: string; file?: string; line?: number; column?: number; code?: string };
}
