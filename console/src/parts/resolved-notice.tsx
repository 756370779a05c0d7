import { Badge } from "./badge.tsx";
import { When } from "./time.tsx";

/** How a dead letter or quarantined event was resolved. */
export function ResolvedNotice({
  resolved,
}: {
  resolved: { as: string; by: string; why: string; at: string };
}) {
  return (
    <p className="notice">
      <Badge state={resolved.as} />
      <span className="wrap-anywhere">
        by <strong>{resolved.by}</strong>, <When at={resolved.at} />: {resolved.why}
      </span>
    </p>
  );
}
