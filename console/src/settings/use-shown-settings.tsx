import { type ReactNode, useState } from "react";
import { Settings } from "./settings.tsx";
import type { SettingsOwner } from "./settings-dialog.tsx";

/** The settings of one part of a list: `toggle` shows those of a part, or hides them. */
export function useShownSettings(of: SettingsOwner["of"]): {
  toggle: (name: string) => void;
  settings: ReactNode;
} {
  const [shown, setShown] = useState<string>();
  return {
    toggle: (name) => setShown(shown === name ? undefined : name),
    settings: shown !== undefined && (
      <Settings key={shown} of={of} name={shown} title={`Settings of ${shown}`} />
    ),
  };
}
