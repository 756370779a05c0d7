import { lookOf } from "../design/status.ts";
import { Icon } from "./icon.tsx";

/** A state as colour, shape and word. */
export function Badge({ state, label }: { state: string; label?: string }) {
  const look = lookOf(state);
  return (
    <span className={`badge tone-${look.tone}`}>
      <Icon name={look.icon} size={13} {...(look.turns && { className: "turning" })} />
      {label ?? look.label ?? state}
    </span>
  );
}
