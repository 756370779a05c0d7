import { Link, useParams } from "react-router";
import { useList, useRun } from "../api/queries.ts";
import type { ApprovalView } from "../api/types.ts";
import { useTrouble } from "../app/attention.ts";
import { usePhone } from "../app/media.ts";
import { titleOf } from "../app/needs.ts";
import { Question } from "../approval/question.tsx";
import { ListAnswer } from "../parts/answer.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { When } from "../parts/time.tsx";
import "./approvals.css";

const linkOf = ({ run, path }: { run: string; path: string }) =>
  `/approvals/${encodeURIComponent(run)}/${encodeURIComponent(path)}`;

interface Chosen {
  run: string;
  path: string;
}

/** Pending approvals, next to the open one. */
export function Approvals() {
  const { run, "*": path } = useParams();
  const phone = usePhone();
  const pending = useList<ApprovalView>(["approvals"], "approvals", { state: "pending" });
  const open = run !== undefined && path ? { run, path } : undefined;
  // On a wide screen, the first approval is open initially.
  const chosen = open ?? (phone ? undefined : pending.items[0]);
  const list = <Pending pending={pending} chosen={chosen} />;
  if (phone && chosen) {
    return (
      <Page title="Approvals" back={{ to: "/approvals", name: "All approvals" }}>
        <Open {...chosen} />
      </Page>
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

function Pending({
  pending,
  chosen,
}: {
  pending: ReturnType<typeof useList<ApprovalView>>;
  chosen: Chosen | undefined;
}) {
  const subjects = new Map(useTrouble().open.data?.items.map(({ run, key }) => [run, key]));
  return (
    <section className="card" aria-label="Pending approvals">
      <ListAnswer list={pending} lines={4}>
        {(approvals) =>
          approvals.length === 0 ? (
            <Empty icon="check" title="No pending approvals">
              <p>
                When a workflow reaches an approval, or cannot decide by itself, the request appears here.
              </p>
            </Empty>
          ) : (
            <ul className="rows">
              {approvals.map((approval) => (
                <li key={linkOf(approval)}>
                  <Request
                    approval={approval}
                    subject={subjects.get(approval.run)}
                    isChosen={chosen?.run === approval.run && chosen.path === approval.path}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </ListAnswer>
    </section>
  );
}

function Request({
  approval: { approval, run, workflow, path, why, askedAt },
  subject,
  isChosen,
}: {
  approval: ApprovalView;
  subject: string | undefined;
  isChosen: boolean;
}) {
  return (
    <Link to={linkOf({ run, path })} className="ask-link" aria-current={isChosen ? "page" : undefined}>
      <span className="row wide">
        <strong className="clip">{approval}</strong>
        <span className="detail">
          <When at={askedAt} />
        </span>
      </span>
      <span className="clip">{titleOf({ workflow, run, key: subject })}</span>
      <span className="detail clip" title={run}>
        {why ?? path}
      </span>
    </Link>
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
