/** An event's payload, edited as JSON. */
export function PayloadField({
  value,
  wrong,
  onChange,
}: {
  value: string;
  /** What is wrong with it, to be shown below it. */
  wrong?: string | undefined;
  onChange: (value: string) => void;
}) {
  return (
    <>
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
    </>
  );
}
