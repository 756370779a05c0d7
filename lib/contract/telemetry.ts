/** Where a function sends traces, metrics and log records. */
export interface TelemetrySetting {
  /** Base URL of the collector. */
  endpoint: string;
  /** ARN of the secret with its headers. */
  headers?: string | undefined;
  /** The share of traces that is sent, from 0 to 1. */
  share: number;
  /** Whether log records are sent, too. */
  logs?: true | undefined;
  /** Name of the app, as the collector shows it. */
  service: string;
}
