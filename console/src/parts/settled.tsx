import { Badge } from "./badge.tsx";
import { When } from "./time.tsx";

/** What somebody has decided about a thing that was put aside. */
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
