import { Link } from "react-router";
import { countOf, useAttention, useTrouble } from "../app/attention.ts";
import { Icon, type IconName } from "../parts/icon.tsx";

interface Tile {
  to: string;
  icon: IconName;
  name: string;
  /** Undefined while it is loading. */
  figure: string | undefined;
  tone?: "loud" | "asks";
}

/** How much there is of each kind of thing that needs attention. */
export function Tiles() {
  return (
    <ul className="tiles" aria-label="What needs attention">
      {useTiles().map(({ to, icon, name, figure, tone }) => (
        <li key={name}>
          <Link to={to} className={`card tile${figure && figure !== "0" && tone ? ` ${tone}` : ""}`}>
            <span className="name">{name}</span>
            <span className="row wide">
              <span className="figure number">{figure ?? "–"}</span>
              <Icon name={icon} size={14} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function useTiles(): Tile[] {
  const { approvals, deadLetters, quarantine, breakers } = useAttention();
  const { failed, open, overdue } = useTrouble();
  const stuck = open.data && { items: open.data.items.filter((run) => run.stuck) };
  const notClosed = breakers.data && { items: breakers.data.filter(({ state }) => state !== "closed") };
  return [
    { to: "/approvals", icon: "approval", name: "Approvals", figure: ofList(approvals), tone: "asks" },
    trouble("/runs?status=failed", "cross", "Failed in 24 h", ofPage(failed.data)),
    trouble("/runs?status=open", "warning", "Stuck runs", ofPage(stuck)),
    trouble("/deliveries?show=overdue", "clock", "Overdue", ofPage(overdue.data)),
    trouble("/dead-letters", "deadLetter", "Dead letters", ofList(deadLetters)),
    trouble("/quarantine", "quarantine", "Quarantine", ofList(quarantine)),
    trouble("/breakers", "breaker", "Breakers", ofPage(notClosed)),
    { to: "/runs?status=open", icon: "runs", name: "Open runs", figure: ofPage(open.data) },
  ];
}

function trouble(to: string, icon: IconName, name: string, figure: string | undefined): Tile {
  return { to, icon, name, figure, tone: "loud" };
}

function ofPage(page: { items: unknown[]; next?: string | undefined } | undefined): string | undefined {
  return page && `${page.items.length}${page.next ? "+" : ""}`;
}

function ofList(list: {
  items: readonly unknown[];
  hasNextPage: boolean;
  isPending: boolean;
}): string | undefined {
  return list.isPending ? undefined : countOf(list);
}
