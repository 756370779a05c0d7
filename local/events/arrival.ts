/** How an event came to a bus, as far as that decides where it goes. */
export interface Arrival {
  /** The X-Ray header of its PutEvents call. */
  trace?: string | undefined;
  /** Only these rules may receive the event: a replay's filter. */
  rules?: ReadonlySet<string> | undefined;
  /** It comes from another bus. */
  forwarded?: boolean;
}
