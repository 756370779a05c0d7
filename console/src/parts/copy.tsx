import { useEffect, useState } from "react";
import { Icon } from "./icon.tsx";

/** Copies a text, and confirms it. */
export function Copy({
  text,
  name,
  small = true,
}: {
  text: string | (() => string);
  name: string;
  small?: boolean;
}) {
  const [copied, setCopied] = useState<"yes" | "no">();
  useEffect(() => {
    if (copied === undefined) return;
    const timer = setTimeout(() => setCopied(undefined), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const label = copied === "yes" ? "Copied" : copied === "no" ? "Copying is not allowed" : name;
  return (
    <button
      type="button"
      className={`button plain icon${small ? " small" : ""}`}
      aria-label={label}
      title={label}
      onClick={() => {
        // Without https, browsers allow the clipboard only on this machine.
        void (
          navigator.clipboard?.writeText(typeof text === "string" ? text : text()) ?? Promise.reject()
        ).then(
          () => setCopied("yes"),
          () => setCopied("no"),
        );
      }}
    >
      <Icon name={copied === "yes" ? "check" : "copy"} size={14} />
    </button>
  );
}
