import { useNow } from "../app/now.ts";
import { between, duration } from "../text/duration.ts";
import { relative, shortTime } from "../text/time.ts";

/** A relative time; the exact time is its title. */
export function When({ at, exact = false }: { at: string; exact?: boolean }) {
  const now = useNow();
  return (
    <time dateTime={at} title={new Date(at).toString()} className="number">
      {exact ? shortTime(at, now) : relative(at, now)}
    </time>
  );
}

/** A duration that counts up while there is no end. */
export function Took({ from, to }: { from: string; to?: string | undefined }) {
  const now = useNow();
  const text =
    to === undefined ? duration(Math.floor((now - Date.parse(from)) / 1000) * 1000) : between(from, to);
  return <span className="number">{text}</span>;
}
