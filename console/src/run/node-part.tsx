import { useState } from "react";
import type { StepView } from "../api/types.ts";
import { Badge } from "../parts/badge.tsx";
import { Icon } from "../parts/icon.tsx";
import type { Item } from "./items.ts";
import { StepDetail } from "./step-detail.tsx";
import { timeOf } from "./step-time.ts";

export function NodePart({
  item: { steps },
  place,
  asOf,
  run,
  past,
}: {
  item: Item;
  place: string | undefined;
  asOf: string;
  run: string;
  past: boolean;
}) {
  if (steps.length === 1) {
    return (
      <div className="stack">
        {place !== undefined && <h3>{place}</h3>}
        <StepDetail step={steps[0]!} run={run} live={!past} />
      </div>
    );
  }
  return (
    <div className="stack" style={{ gap: 4 }}>
      {place !== undefined && <h3>{place}</h3>}
      {steps.map((step) => (
        <Call key={`${step.path}${step.direction}`} step={step} asOf={asOf} run={run} past={past} />
      ))}
    </div>
  );
}

/** One of several steps, closed; its details are read when it is opened. */
function Call({ step, asOf, run, past }: { step: StepView; asOf: string; run: string; past: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="opens" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <Icon name="forward" size={12} className="arrow" />
        <Badge state={step.direction === "undo" && step.state === "done" ? "undone" : step.state} />
        <span className="grow clip">
          <strong>{step.step}</strong>
          {step.direction === "undo" && <span className="detail"> (undo)</span>}
        </span>
        <span className="detail number">{timeOf(step, asOf)}</span>
      </summary>
      {open && (
        <div className="stack inside">
          <StepDetail step={step} run={run} live={!past} />
        </div>
      )}
    </details>
  );
}
