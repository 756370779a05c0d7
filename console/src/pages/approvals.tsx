import { Link, useParams } from "react-router";
import { useList, useRun } from "../api/queries.ts";
import type { ApprovalView } from "../api/types.ts";
import { useTrouble } from "../app/attention.ts";
import { usePhone } from "../app/media.ts";
import { titleOf } from "../app/needs.ts";
import { Question } from "../approval/question.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { When } from "../parts/time.tsx";

const linkOf = ({ run, path }: { run: string; path: string }) =>
  `/approvals/${encodeURIComponent(run)}/${encodeURIComponent(path)}`;

/** Pending approvals, next to the open one. */
export function Approvals() {
  const { run, "*": path } = useParams();
  const phone = usePhone();
  const pending = useList<ApprovalView>(["approvals"], "approvals", { state: "pending" });
  const subjects = new Map(useTrouble().open.data?.items.map(({ run: id, key }) => [id, key]));
  const open = run !== undefined && path !== undefined && path !== "" ? { run, path } : undefined;
  const first = pending.items[0];
  // On a wide screen, the first approval is open initially.
  const chosen = open ?? (phone || !first ? undefined : { run: first.run, path: first.path });
  const list = (
    <section className="card" aria-label="Pending approvals">
      {pending.isPending ? (
        <Loading lines={4} />
      ) : pending.error && pending.items.length === 0 ? (
        <Failed error={pending.error} again={() => void pending.refetch()} />
      ) : pending.items.length === 0 ? (
        <Empty icon="check" title="No pending approvals">
          <p>When a workflow reaches an approval, or cannot decide by itself, the request appears here.</p>
        </Empty>
      ) : (
        <ul className="rows">
          {pending.items.map((question) => (
            <li key={linkOf(question)}>
              <Link
                to={linkOf(question)}
                className="ask-link"
                aria-current={
                  chosen?.run === question.run && chosen.path === question.path ? "page" : undefined
                }
              >
                <span className="row wide">
                  <strong className="clip">{question.approval}</strong>
                  <span className="detail">
                    <When at={question.askedAt} />
                  </span>
                </span>
                <span className="clip">{titleOf({ ...question, key: subjects.get(question.run) })}</span>
                <span className="detail clip" title={question.run}>
                  {question.why ?? question.path}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {pending.hasNextPage && (
        <p className="bar">
          <button type="button" className="button" onClick={() => void pending.fetchNextPage()}>
            Show more
          </button>
        </p>
      )}
    </section>
  );
  if (phone) {
    return chosen ? (
      <Page title="Approvals" back={{ to: "/approvals", name: "All approvals" }}>
        <Open {...chosen} />
      </Page>
    ) : (
      <Page title="Approvals">{list}</Page>
    );
  }
  return (
    <Page title="Approvals" description="Each of these runs waits for a decision, or for its timeout." fills>
      {chosen ? (
        <div className="split">
          {list}
          <Open {...chosen} />
        </div>
      ) : (
        list
      )}
    </Page>
  );
}

/** One approval, from its run: also after the decision. */
function Open({ run, path }: { run: string; path: string }) {
  const detail = useRun(run);
  const question = detail.data?.questions
    .filter((one) => one.path === path)
    .toSorted((a, b) => b.level - a.level)[0];
  return (
    <section className="card" aria-label="Approval">
      {question ? (
        <Question key={`${run} ${path} ${question.level}`} question={question} subject={detail.data?.key} />
      ) : detail.error ? (
        <Failed error={detail.error} again={() => void detail.refetch()} />
      ) : detail.isPending ? (
        <Loading />
      ) : (
        <Empty icon="search" title="This run has no such approval">
          <p>
            <Link to={`/runs/${encodeURIComponent(run)}`}>View the run</Link>
          </p>
        </Empty>
      )}
    </section>
  );
}
