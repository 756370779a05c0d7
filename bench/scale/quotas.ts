import type { LimitFigures } from "../../local/simulate.ts";

type Figure = LimitFigures[keyof LimitFigures];

/** Limits after a long load: a bucket gives only what is refilled each second. */
export function drained(limits: LimitFigures): LimitFigures {
  return mapped(limits, (figure) =>
    typeof figure === "object" ? { burst: figure.perSecond, perSecond: figure.perSecond } : figure,
  );
}

/** The share of an account's limits that belongs to one of so many equal parts of its load. */
export function divided(limits: LimitFigures, parts: number): LimitFigures {
  return mapped(limits, (figure) =>
    typeof figure === "object"
      ? { burst: figure.burst / parts, perSecond: figure.perSecond / parts }
      : figure && figure / parts,
  );
}

function mapped(limits: LimitFigures, change: (figure: Figure) => Figure): LimitFigures {
  return Object.fromEntries(Object.entries(limits).map(([name, figure]) => [name, change(figure)]));
}
