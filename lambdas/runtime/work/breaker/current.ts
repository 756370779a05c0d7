import type { BreakerSpec } from "../../../../lib/contract/breaker.ts";
import { breakerSettings } from "../../../../lib/contract/settings/declared.ts";
import { type StoredSettings, under } from "../../../../lib/contract/settings/stored.ts";

/** A step or reaction, whose breaker has the values that operators have set. */
export function withCurrentBreaker<Spec extends { readonly breaker: BreakerSpec | undefined }>(
  spec: Spec,
  stored: StoredSettings | undefined,
): Spec {
  const { breaker } = spec;
  return breaker && stored ? { ...spec, breaker: under(breaker, breakerSettings(breaker), stored) } : spec;
}
