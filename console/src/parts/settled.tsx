import { Badge } from "./badge.tsx";
import { When } from "./time.tsx";

/** How a dead letter or quarantined event was resolved. */
export function SettledNotice({ settled }: { settled: { as: string; by: string; why: string; at: string } }) {
  return (
    <p className="notice">
      <Badge state={settled.as} />
      <span className="wrap-anywhere">
        by <strong>{settled.by}</strong>, <When at={settled.at} />: {settled.why}
      </span>
    </p>
  );
}
