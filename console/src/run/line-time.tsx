import { duration } from "../text/duration.ts";
import { exactTime } from "../text/time.ts";

/** When a line of the log was written: the time of day, and how long after `since`. Both in ISO. */
export function LineTime({ at, since }: { at: string; since: string }) {
  return (
    <>
      <span className="detail number clock" title={new Date(at).toString()}>
        {exactTime(at)}
      </span>
      <span className="detail number offset">+{duration(Date.parse(at) - Date.parse(since))}</span>
    </>
  );
}
