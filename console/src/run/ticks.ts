const S = 1_000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;
const STEPS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  ...[1, 2, 5, 10, 20, 30].map((n) => n * S),
  ...[1, 2, 5, 10, 20, 30].map((n) => n * M),
  ...[1, 2, 4, 6, 12].map((n) => n * H),
  ...[1, 2, 5, 10, 20, 50, 100].map((n) => n * D),
];

/** Round times within a period, at most seven. Milliseconds. */
export function ticks(length: number): number[] {
  const step = STEPS.find((one) => length / one <= 6) ?? STEPS.at(-1)!;
  return Array.from({ length: Math.min(7, Math.floor(length / step) + 1) }, (_, index) => index * step);
}
