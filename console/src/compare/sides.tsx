import type { ReactNode } from "react";
import { Link } from "react-router";
import type { RunDetail } from "../api/types.ts";
import { titleOf } from "../app/needs.ts";
import { Difference } from "../approval/shown.tsx";
import { Badge } from "../parts/badge.tsx";
import { Card } from "../parts/card.tsx";
import { Empty } from "../parts/states.tsx";
import { difference } from "../text/difference.ts";
import { exactTime } from "../text/time.ts";
import { type Comparison, compareRuns, describeNode } from "./compare.ts";

interface Compared {
  run: RunDetail;
  /** ISO time of the state; undefined for now. */
  at: string | undefined;
}

/** Two runs next to each other: their facts, their nodes, and their data. */
export function Sides({ a, b, only }: { a: Compared; b: Compared; only: boolean }) {
  const { facts, nodes, values } = compareRuns(a.run, b.run);
  const known = facts.filter((fact) => fact.a !== "–" || fact.b !== "–");
  return (
    <>
      <Card title="Runs">
        <Columns heads={[a, b]}>
          {known
            .filter((fact) => !only || fact.a !== fact.b)
            .map((fact) => (
              <Row key={fact.name} name={fact.name} differs={fact.a !== fact.b} a={fact.a} b={fact.b} />
            ))}
        </Columns>
      </Card>
      <Nodes nodes={nodes} only={only} />
      <Values values={values} />
    </>
  );
}

function Nodes({ nodes, only }: { nodes: Comparison["nodes"]; only: boolean }) {
  const differing = nodes.filter(({ differs }) => differs);
  const shown = only ? differing : nodes;
  return (
    <Card title="Nodes" aside={<span className="detail">{differing.length} differ</span>}>
      {shown.length === 0 ? (
        <Empty icon="check" title="No differences" />
      ) : (
        <Columns>
          {shown.map(({ id, label, differs, a, b }) => (
            <Row
              key={id}
              name={label}
              title={id}
              differs={differs}
              a={<NodeText state={a} />}
              b={<NodeText state={b} />}
            />
          ))}
        </Columns>
      )}
    </Card>
  );
}

function NodeText({ state }: { state: Comparison["nodes"][number]["a"] }) {
  return (
    <>
      {state && <Badge state={state.state} />} <span className="detail">{describeNode(state)}</span>
    </>
  );
}

/** Differences of values that are shown. */
const MOST_VALUES = 30;

function Values({ values }: { values: Comparison["values"] }) {
  return (
    <Card title="Data" aside={<span className="detail">{values.length} differ</span>}>
      {values.length === 0 ? (
        <Empty icon="check" title="Input, output and results are the same" />
      ) : (
        <ul className="rows">
          {values.slice(0, MOST_VALUES).map(({ name, a, b }) => (
            <li key={name} className="stack" style={{ padding: 16 }}>
              <h3>{name}</h3>
              <Difference name={name} lines={difference(a, b)} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** A table with a column for each side. */
function Columns({ heads, children }: { heads?: readonly [Compared, Compared]; children: ReactNode }) {
  return (
    <div className="scroll-x">
      <table className="plain-table compared">
        {heads && (
          <thead>
            <tr>
              <td aria-hidden="true" />
              <Head {...heads[0]} />
              <Head {...heads[1]} />
            </tr>
          </thead>
        )}
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Head({ run, at }: Compared) {
  const query = at === undefined ? "" : `?at=${encodeURIComponent(at)}`;
  return (
    <th scope="col">
      <Link to={`/runs/${encodeURIComponent(run.run)}${query}`} title={run.run}>
        {titleOf(run)}
      </Link>{" "}
      <span className="detail">{at === undefined ? exactTime(run.acceptedAt) : `at ${exactTime(at)}`}</span>
    </th>
  );
}

function Row({
  name,
  title,
  differs,
  a,
  b,
}: {
  name: string;
  title?: string;
  differs: boolean;
  a: ReactNode;
  b: ReactNode;
}) {
  return (
    <tr className={differs ? "differs" : ""}>
      <th scope="row" title={title}>
        {name}
      </th>
      <td>{a}</td>
      <td>{b}</td>
    </tr>
  );
}
