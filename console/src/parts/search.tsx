import { useEffect, useState } from "react";

/** Milliseconds after the last key until the search starts. */
const AFTER = 250;

/** A search field; "/" focuses it. */
export function Search({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value ?? "");
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed follows the address, not the other way round
  useEffect(() => {
    if ((value ?? "") !== typed.trim()) setTyped(value ?? "");
  }, [value]);
  useEffect(() => {
    if (typed.trim() === (value ?? "")) return;
    const timer = setTimeout(() => onChange(typed.trim()), AFTER);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <input
      className="input search"
      type="search"
      data-search
      aria-label={label}
      placeholder={`${label}  /`}
      spellCheck={false}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
