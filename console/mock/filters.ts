/** What a list is asked for: its filters, and where its part begins. */
export type Wanted = Record<string, string>;

type Item = Record<string, unknown>;
type Filter = (item: Item, value: string) => boolean;

const contains = (text: unknown, part: string) =>
  String(text ?? "")
    .toLowerCase()
    .includes(part.toLowerCase());

/** Filters of the API's lists that do not name a field of the items. */
const FILTERS: Record<string, Filter> = {
  status: (item, value) => (value === "open" ? item.endedAt === undefined : item.status === value),
  error: ({ error }, value) => contains(error, value),
  step: ({ failedStep, step = failedStep }, value) => step === value,
  from: ({ acceptedAt }, value) => String(acceptedAt) >= value,
  to: ({ acceptedAt }, value) => String(acceptedAt) <= value,
  text: ({ run, key }, value) => contains(run, value) || contains(key, value),
  overdue: ({ overdueAt }) => overdueAt !== undefined,
  waiting: () => true,
  limit: () => true,
  cursor: () => true,
};

const byField =
  (name: string): Filter =>
  (item, value) =>
    item[name] === value;

export function isWanted(item: object, wanted: Wanted): boolean {
  return Object.entries(wanted).every(([name, value]) =>
    (FILTERS[name] ?? byField(name))(item as Item, value),
  );
}
