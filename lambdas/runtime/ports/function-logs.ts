/** The logs of functions. */
export interface FunctionLogs {
  /** Names of the log groups. */
  groups(): Promise<string[]>;
  /**
   * Lines that match a filter pattern of CloudWatch Logs, in the order of time; `from` and `until` in epoch
   * milliseconds.
   */
  lines(
    groups: readonly string[],
    query: {
      pattern: string;
      from: number;
      until?: number | undefined;
      /** The approximate maximum of lines per group. @default all */
      most?: number | undefined;
    },
  ): Promise<WrittenLine[]>;
}

/** A line of a log. */
export interface WrittenLine {
  /** Unique to the line. */
  id: string;
  /** Epoch milliseconds. */
  at: number;
  text: string;
}
