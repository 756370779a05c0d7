import type { ReactNode } from "react";

/** The main facts about something, in a row. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="fact-row">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
