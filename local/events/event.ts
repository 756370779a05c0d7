/** An event as rules see it and targets receive it. */
export interface BusEvent {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** To the second, UTC: "2026-11-21T07:00:00Z". */
  time: string;
  region: string;
  /** Only in an event that comes out of an archive. */
  "replay-name"?: string;
  resources: string[];
  detail: unknown;
}

/** "2026-11-21T07:00:00Z": events tell time to the second. */
export function eventTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** The archived event as a replay brings it back. */
export function replayed(event: BusEvent, replay: string): BusEvent {
  const { version, id, "detail-type": detailType, source, account, time, region, resources, detail } = event;
  return {
    version,
    id,
    "detail-type": detailType,
    source,
    account,
    time,
    region,
    "replay-name": replay,
    resources,
    detail,
  };
}
