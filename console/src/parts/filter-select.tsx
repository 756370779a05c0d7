/**
 * A filter of a list by one of some values, or by none. The label is its name and its first option. An option is
 * a text that is its value, or a value with another text.
 */
export function FilterSelect({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string | undefined;
  options: readonly (string | { value: string; text: string })[];
  /** Called with the chosen value, and with "" for none. */
  onChange: (value: string) => void;
}) {
  const offered = options.map((option) =>
    typeof option === "string" ? { value: option, text: option } : option,
  );
  // The address may name a value that is not offered, for example before the values are loaded.
  const isOffered = !value || offered.some((option) => option.value === value);
  return (
    <select
      className="input"
      aria-label={label}
      value={value ?? ""}
      onChange={({ target }) => onChange(target.value)}
    >
      <option value="">{label}: any</option>
      {offered.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
      {!isOffered && <option>{value}</option>}
    </select>
  );
}
