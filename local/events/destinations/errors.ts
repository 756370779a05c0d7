/** An endpoint did not take an event. */
export class DestinationError extends Error {
  readonly retriable: boolean;
  /** The endpoint asks for no further attempt before this, milliseconds since the epoch. */
  readonly notBefore: number | undefined;

  constructor(
    message: string,
    { retriable = true, notBefore }: { retriable?: boolean; notBefore?: number } = {},
  ) {
    super(`Unable to invoke ApiDestination endpoint: ${message}`);
    this.retriable = retriable;
    this.notBefore = notBefore;
  }
}

/** The rate of the destination allows the request at `time`, milliseconds since the epoch. */
export class RateLimitError extends Error {
  readonly time: number;

  constructor(time: number) {
    super("The InvocationRateLimitPerSecond of the API destination is reached.");
    this.time = time;
  }
}
