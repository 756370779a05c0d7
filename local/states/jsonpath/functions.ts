import { isDataObject } from "../../kernel/raw-number.ts";
import { numeric } from "../numbers.ts";

/** The functions that may end a path: `$.items.length()`, `$..price.sum()`. undefined: not for such a value. */
export const PATH_FUNCTIONS: Record<string, (value: unknown) => unknown> = {
  length: size,
  size,
  keys: (value) => (isDataObject(value) ? Object.keys(value) : undefined),
  first: (value) => (Array.isArray(value) ? value[0] : undefined),
  last: (value) => (Array.isArray(value) ? value.at(-1) : undefined),
  sum: overNumbers((numbers) => numbers.reduce((total, number) => total + number, 0)),
  min: overNumbers((numbers) => Math.min(...numbers)),
  max: overNumbers((numbers) => Math.max(...numbers)),
  avg: overNumbers(average),
  stddev: overNumbers((numbers) => {
    const mean = average(numbers);
    return Math.sqrt(average(numbers.map((number) => (number - mean) ** 2)));
  }),
};

function size(value: unknown): number | undefined {
  if (Array.isArray(value) || typeof value === "string") return value.length;
  return isDataObject(value) ? Object.keys(value).length : undefined;
}

function overNumbers(compute: (numbers: number[]) => number): (value: unknown) => number | undefined {
  return (value) => {
    const numbers = Array.isArray(value) ? value.map(numeric).filter((item) => typeof item === "number") : [];
    return numbers.length > 0 ? compute(numbers) : undefined;
  };
}

function average(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0) / numbers.length;
}
