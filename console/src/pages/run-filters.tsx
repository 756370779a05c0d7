import { useState } from "react";
import { useWorkflows } from "../api/queries.ts";
import { FilterSelect } from "../parts/filter-select.tsx";
import { Search } from "../parts/search.tsx";

export const RUN_FILTERS = ["text", "workflow", "status", "key", "error", "step", "from", "to"] as const;
export type RunFilters = Record<(typeof RUN_FILTERS)[number], string | undefined>;

const STATUSES = [
  "open",
  "accepted",
  "running",
  "closing",
  "compensating",
  "succeeded",
  "failed",
  "timed-out",
  "terminated",
];

/** The filters of the list of runs. */
export function RunFilterBar({
  filters,
  onChange,
}: {
  filters: RunFilters;
  onChange: (changes: Partial<Record<keyof RunFilters, string>>) => void;
}) {
  const workflows = useWorkflows();
  const names = workflows.data?.map(({ name }) => name) ?? (filters.workflow ? [filters.workflow] : []);
  const steps = [
    ...new Set(
      workflows.data
        ?.filter(({ name }) => !filters.workflow || name === filters.workflow)
        .flatMap((workflow) => workflow.steps),
    ),
  ];
  const some = RUN_FILTERS.some((name) => filters[name] !== undefined);
  return (
    <div className="filters" role="search" aria-label="Runs">
      <Search label="Search id or subject" value={filters.text} onChange={(text) => onChange({ text })} />
      <FilterSelect
        label="Workflow"
        value={filters.workflow}
        options={names}
        onChange={(workflow) => onChange({ workflow, step: "" })}
      />
      <FilterSelect
        label="Status"
        value={filters.status}
        options={STATUSES}
        onChange={(status) => onChange({ status })}
      />
      <FilterSelect
        label="Failed step"
        value={filters.step}
        options={steps}
        onChange={(step) => onChange({ step })}
      />
      <Text label="Error" value={filters.error} onChange={(error) => onChange({ error })} />
      <Text label="Subject" value={filters.key} onChange={(key) => onChange({ key })} />
      <Period filters={filters} onChange={onChange} />
      {some && (
        <button
          type="button"
          className="button plain"
          onClick={() => onChange(Object.fromEntries(RUN_FILTERS.map((name) => [name, ""])))}
        >
          Clear
        </button>
      )}
    </div>
  );
}

/** Applied on blur, or on Enter. */
function Text({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (value: string) => void;
}) {
  return (
    <input
      key={value}
      className="input"
      style={{ width: 84 }}
      aria-label={label}
      placeholder={label}
      defaultValue={value}
      spellCheck={false}
      onBlur={(event) => event.target.value.trim() !== (value ?? "") && onChange(event.target.value.trim())}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
    />
  );
}

const HOUR = 60 * 60 * 1000;
const PERIODS = { "last hour": HOUR, "last day": 24 * HOUR, "last week": 7 * 24 * HOUR } as const;

/** When runs were accepted: a period up to now, or between two times. */
function Period({
  filters: { from, to },
  onChange,
}: {
  filters: RunFilters;
  onChange: (changes: { from?: string; to?: string }) => void;
}) {
  const [between, setBetween] = useState(false);
  const chosen = from !== undefined || to !== undefined || between ? "between" : "";
  return (
    <>
      <select
        className="input"
        aria-label="Accepted"
        value={chosen}
        onChange={({ target: { value } }) => {
          setBetween(value === "between");
          if (value === "") onChange({ from: "", to: "" });
          const length = PERIODS[value as keyof typeof PERIODS];
          if (length !== undefined) onChange({ from: new Date(Date.now() - length).toISOString(), to: "" });
        }}
      >
        <option value="">Accepted: any time</option>
        {Object.keys(PERIODS).map((name) => (
          <option key={name}>{name}</option>
        ))}
        <option value="between">between …</option>
      </select>
      {chosen === "between" && (
        <>
          <Moment label="From" value={from} onChange={(moment) => onChange({ from: moment })} />
          <Moment label="To" value={to} onChange={(moment) => onChange({ to: moment })} />
        </>
      )}
    </>
  );
}

/** A time in the reader's zone; the address contains an ISO time. */
function Moment({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (value: string) => void;
}) {
  const time = value === undefined ? Number.NaN : Date.parse(value);
  const local = Number.isNaN(time)
    ? ""
    : new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  return (
    <label className="row detail moment">
      {label}
      <input
        className="input"
        type="datetime-local"
        value={local}
        onChange={(event) => onChange(event.target.value && new Date(event.target.value).toISOString())}
      />
    </label>
  );
}
