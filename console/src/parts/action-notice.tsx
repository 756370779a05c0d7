import { Badge } from "./badge.tsx";
import { When } from "./time.tsx";

/** The operator action that led to a state: by whom, when and why. */
export function ActionNotice({
  state,
  action: { by, why, at },
  held = false,
}: {
  state: string;
  action: { by: string; why: string; at: string };
  /** Something waits until the action is undone. */
  held?: boolean;
}) {
  return (
    <p className={held ? "notice held" : "notice"}>
      <Badge state={state} />
      <span className="wrap-anywhere">
        by <strong>{by}</strong>, <When at={at} />: {why}
      </span>
    </p>
  );
}
