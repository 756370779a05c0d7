/** What comes with an event. */
export interface Circumstances {
  /** The X-Ray header of its PutEvents call. */
  trace?: string | undefined;
  /** Only these rules may take the event: a replay's filter. */
  rules?: ReadonlySet<string> | undefined;
  /** It comes from another bus. */
  forwarded?: boolean;
}
