/** An event as rules match it and targets receive it. */
export interface BusEvent {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** To the second, UTC: "2026-11-21T07:00:00Z". */
  time: string;
  region: string;
  /** Only in a replayed event. */
  "replay-name"?: string;
  resources: string[];
  detail: unknown;
}

/** "2026-11-21T07:00:00Z": event times have a resolution of one second. */
export function eventTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** The archived event in the form of a replay. */
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
