import type { RunDetail } from "../api/types.ts";
import { Empty } from "../parts/states.tsx";

/** What operators did to a run. */
export function OperatorActions({ actions }: Pick<RunDetail, "actions">) {
  if (actions.length === 0) {
    return (
      <Empty icon="person" title="No operator actions">
        <p>Each pause, resume, retry and termination is listed here, with the operator and the reason.</p>
      </Empty>
    );
  }
  return (
    <ul className="rows">
      {actions.map(({ action, by, why, at }) => (
        <li key={`${at}${action}`} className="row wrap">
          <span className="chip">{action}</span> <strong>{by}</strong>
          <span className="grow wrap-anywhere">{why}</span>
          <time className="detail" dateTime={at}>
            {new Date(at).toLocaleString("en-GB")}
          </time>
        </li>
      ))}
    </ul>
  );
}
