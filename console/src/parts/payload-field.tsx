/** An event's payload, edited as JSON. */
export function PayloadField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <label className="field">
      Payload
      <textarea
        className="input code"
        spellCheck={false}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}
