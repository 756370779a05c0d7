import { useRun } from "../api/queries.ts";
import { useRecentOf } from "../app/attention.ts";
import { useFilters } from "../app/filters.ts";
import { titleOf } from "../app/needs.ts";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { exactTime } from "../text/time.ts";
import "./compare.css";
import { Sides } from "./sides.tsx";

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
            <Sides
              a={{ run: one.data, at: aAt }}
              b={{ run: other.data, at: bAt }}
              only={only === "differences"}
            />
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
