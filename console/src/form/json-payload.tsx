import type { ReactNode } from "react";

/** A payload as JSON. */
export function JsonPayload({
  value,
  wrong,
  onChange,
  onSubmit,
  children,
}: {
  value: string;
  wrong: string | undefined;
  onChange: (value: string) => void;
  onSubmit: () => void;
  children: ReactNode;
}) {
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <label className="field">
        Payload
        <textarea
          className="input code"
          spellCheck={false}
          aria-invalid={wrong !== undefined}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      </label>
      {wrong && <p className="wrong-text">{wrong}</p>}
      {children}
    </form>
  );
}
