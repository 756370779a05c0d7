const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** Milliseconds as people read them: "85 ms", "4.2 s", "3 m 20 s", "2 d 4 h". */
export function duration(milliseconds: number): string {
  // A value that would be rounded to "60 s" is a minute.
  const value = milliseconds >= 59_950 ? Math.max(60_000, milliseconds) : Math.max(0, milliseconds);
  if (value < 1_000) return `${Math.floor(value)} ms`;
  if (value < 60_000) return `${(value / 1_000).toFixed(value < 9_950 ? 1 : 0).replace(".0", "")} s`;
  // Rounded to the smaller of the two displayed units, so that "60 s" never appears.
  const largest = UNITS.findIndex(([, size]) => value >= size);
  const [smallUnit, small] = UNITS[largest + 1]!;
  const rounded = Math.round(value / small) * small;
  const [unit, size] = UNITS.find(([, candidate]) => rounded >= candidate)!;
  const rest = Math.round((rounded % size) / small);
  return `${Math.floor(rounded / size)} ${unit}${rest > 0 && size > small ? ` ${rest} ${smallUnit}` : ""}`;
}

/** The time from one ISO time to another. */
export function between(from: string, to: string): string {
  return duration(Date.parse(to) - Date.parse(from));
}
