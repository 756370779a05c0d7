import type { ReactNode } from "react";
import { Card } from "./card.tsx";
import "./terms.css";

interface Term {
  name: string;
  /** Shown in place of its name. */
  look?: ReactNode;
  meaning: string;
}

/** What the words of a page mean. */
export function Terms({ title, terms }: { title: string; terms: readonly Term[] }) {
  return (
    <Card title={title}>
      <dl className="terms">
        {terms.map(({ name, look, meaning }) => (
          <div key={name}>
            <dt>{look ?? name}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
