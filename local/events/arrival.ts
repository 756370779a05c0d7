/** The origin of an event. */
export interface Circumstances {
  /** The X-Ray header of its PutEvents call. */
  trace?: string | undefined;
  /** Only these rules may receive the event: a replay's filter. */
  rules?: ReadonlySet<string> | undefined;
  /** It comes from another bus. */
  forwarded?: boolean;
}
