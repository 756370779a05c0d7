import { Link } from "react-router";
import { useRun } from "../api/queries.ts";
import type { RunDetail } from "../api/types.ts";
import { useRecentOf } from "../app/attention.ts";
import { useFilters } from "../app/filters.ts";
import { titleOf } from "../app/needs.ts";
import { Difference } from "../approval/shown.tsx";
import { Badge } from "../parts/badge.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { difference } from "../text/difference.ts";
import { exactTime } from "../text/time.ts";
import { compareRuns, describeNode } from "./compare.ts";

/** Two runs, or one run at two times, next to each other: what differs. All in the address. */
export function ComparePage() {
  const [{ a = "", aAt, b = "", bAt, only }, set] = useFilters(["a", "aAt", "b", "bAt", "only"]);
  const one = useRun(a, aAt);
  const other = useRun(b === "" ? a : b, bAt);
  const workflow = one.data?.workflow;
  const title = b === "" || b === a ? undefined : other.data && titleOf(other.data);
  const error = one.error ?? other.error;
  const chosen = b !== "";
  return (
    <Page
      title="Compare"
      description="Two runs of a workflow, or one run at two times."
      {...(one.data && {
        back: { to: `/runs/${encodeURIComponent(a)}`, name: titleOf(one.data) },
      })}
    >
      {error ? (
        <Failed error={error} again={() => void Promise.all([one.refetch(), other.refetch()])} />
      ) : !one.data ? (
        <Loading />
      ) : (
        <>
          <Choose
            workflow={workflow!}
            first={a}
            value={b}
            title={title}
            onChoose={(run) => set({ b: run, bAt: "" })}
            only={only === "differences"}
            onOnly={(wanted) => set({ only: wanted ? "differences" : "" })}
          />
          {!chosen || !other.data ? (
            <section className="card">
              <Empty icon="search" title="Choose what to compare with">
                <p>Choose another run of {workflow} above, or paste the id of a run.</p>
              </Empty>
            </section>
          ) : (
            <Sides a={one.data} b={other.data} aAt={aAt} bAt={bAt} only={only === "differences"} />
          )}
        </>
      )}
    </Page>
  );
}

function Choose({
  workflow,
  first,
  value,
  title,
  onChoose,
  only,
  onOnly,
}: {
  workflow: string;
  first: string;
  value: string;
  /** Of the chosen run, where it is known. */
  title: string | undefined;
  onChoose: (run: string) => void;
  only: boolean;
  onOnly: (only: boolean) => void;
}) {
  const recent = useRecentOf(workflow);
  const others = recent.data?.items.filter(({ run }) => run !== first) ?? [];
  const listed = value === "" || others.some(({ run }) => run === value);
  return (
    <div className="filters" role="search" aria-label="Comparison">
      <select
        className="input grow"
        aria-label="Compare with"
        value={value}
        onChange={({ target }) => onChoose(target.value)}
      >
        <option value="">Compare with…</option>
        {!listed && (
          <option value={value}>{value === first ? "the same run at another time" : (title ?? value)}</option>
        )}
        {others.map((run) => (
          <option key={run.run} value={run.run}>
            {titleOf(run)} · {run.status} · {exactTime(run.acceptedAt)}
          </option>
        ))}
      </select>
      <input
        className="input mono"
        aria-label="Id of a run"
        placeholder="or the id of a run"
        onKeyDown={({ key, currentTarget }) => {
          if (key === "Enter" && currentTarget.value.trim() !== "") onChoose(currentTarget.value.trim());
        }}
      />
      <label className="row">
        <input type="checkbox" checked={only} onChange={({ target }) => onOnly(target.checked)} />
        Only differences
      </label>
    </div>
  );
}

function Sides({
  a,
  b,
  aAt,
  bAt,
  only,
}: {
  a: RunDetail;
  b: RunDetail;
  aAt: string | undefined;
  bAt: string | undefined;
  only: boolean;
}) {
  const { facts, nodes, values } = compareRuns(a, b);
  const shownFacts = facts.filter(
    (fact) => (fact.a !== "–" || fact.b !== "–") && (!only || fact.a !== fact.b),
  );
  const shownNodes = only ? nodes.filter(({ differs }) => differs) : nodes;
  return (
    <>
      <section className="card" aria-labelledby="facts">
        <div className="head">
          <h2 id="facts">Runs</h2>
        </div>
        <div className="scroll-x">
          <table className="plain-table compared">
            <thead>
              <tr>
                <td aria-hidden="true" />
                <Side run={a} at={aAt} />
                <Side run={b} at={bAt} />
              </tr>
            </thead>
            <tbody>
              {shownFacts.map((fact) => (
                <tr key={fact.name} className={fact.a === fact.b ? "" : "differs"}>
                  <th scope="row">{fact.name}</th>
                  <td>{fact.a}</td>
                  <td>{fact.b}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <section className="card" aria-labelledby="nodes">
        <div className="head">
          <h2 id="nodes">Nodes</h2>
          <span className="detail">{nodes.filter(({ differs }) => differs).length} differ</span>
        </div>
        {shownNodes.length === 0 ? (
          <Empty icon="check" title="No differences" />
        ) : (
          <div className="scroll-x">
            <table className="plain-table compared">
              <tbody>
                {shownNodes.map((node) => (
                  <tr key={node.id} className={node.differs ? "differs" : ""}>
                    <th scope="row" title={node.id}>
                      {node.label}
                    </th>
                    {[node.a, node.b].map((state, side) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: two sides, always in this order
                      <td key={side}>
                        {state && <Badge state={state.state} />}{" "}
                        <span className="detail">{describeNode(state)}</span>
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <section className="card" aria-labelledby="values">
        <div className="head">
          <h2 id="values">Data</h2>
          <span className="detail">{values.length} differ</span>
        </div>
        {values.length === 0 ? (
          <Empty icon="check" title="Input, output and results are the same" />
        ) : (
          <ul className="rows">
            {values.slice(0, MOST_VALUES).map(({ name, a: before, b: after }) => (
              <li key={name} className="stack" style={{ padding: 16 }}>
                <h3>{name}</h3>
                <Difference name={name} lines={difference(before, after)} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

/** Differences of values that are shown. */
const MOST_VALUES = 30;

function Side({ run, at }: { run: RunDetail; at: string | undefined }) {
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
