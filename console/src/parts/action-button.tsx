import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

/** A button for an action: a user without the permission sees that, and why. */
export function ActionButton({
  icon,
  allowed,
  danger,
  primary,
  small,
  onClick,
  children,
}: {
  icon: IconName;
  allowed: boolean;
  danger?: boolean;
  primary?: boolean;
  small?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={`button${danger ? " danger" : ""}${primary ? " primary" : ""}${small ? " small" : ""}`}
      disabled={!allowed}
      title={allowed ? undefined : "Your role does not allow this action."}
      onClick={onClick}
    >
      <Icon name={icon} /> {children}
    </button>
  );
}
