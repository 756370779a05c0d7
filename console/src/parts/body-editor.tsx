import { useId } from "react";
import { indented, wrongWithObject } from "../text/json.ts";

/** A message's text, to view and edit. Shows an error as soon as it is not a JSON object. */
export function BodyEditor({
  label,
  value,
  readOnly,
  onChange,
}: {
  label: string;
  value: string;
  readOnly: boolean;
  onChange: (value: string) => void;
}) {
  const wrong = wrongWithObject(value);
  const said = useId();
  return (
    <div className="field">
      <span aria-hidden="true">{label}</span>
      <textarea
        className="input code"
        aria-label={label}
        aria-invalid={wrong !== undefined}
        aria-describedby={said}
        readOnly={readOnly}
        spellCheck={false}
        rows={Math.min(28, value.split("\n").length + 1)}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      <div className="row wide">
        <span id={said} className={wrong ? "wrong-text" : "detail"} role={wrong ? "alert" : undefined}>
          {wrong ?? "JSON"}
        </span>
        {!readOnly && (
          <button
            type="button"
            className="button plain small"
            disabled={wrong !== undefined}
            onClick={() => onChange(indented(value))}
          >
            Format
          </button>
        )}
      </div>
    </div>
  );
}
