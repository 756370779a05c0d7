import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useDeadLetter } from "../api/queries.ts";
import type { DeadLetterView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { OrderButton, OrderDialog } from "../parts/action-dialog.tsx";
import { BodyEditor } from "../parts/body-editor.tsx";
import { Icon } from "../parts/icon.tsx";
import { Page } from "../parts/page.tsx";
import { PathText } from "../parts/path.tsx";
import { SettledNotice } from "../parts/resolved.tsx";
import { RunLinkById } from "../parts/run-link.tsx";
import { Failed, Loading } from "../parts/states.tsx";
import { When } from "../parts/time.tsx";
import { indented, wrongWithObject } from "../text/json.ts";

const BACK = { to: "/dead-letters", name: "Dead letters" };

export function DeadLetterPage() {
  const { id = "" } = useParams();
  const letter = useDeadLetter(id);
  if (letter.data === undefined) {
    return (
      <Page title="Dead letter" back={BACK}>
        {letter.error ? <Failed error={letter.error} again={() => void letter.refetch()} /> : <Loading />}
      </Page>
    );
  }
  return <Letter key={id} letter={letter.data} />;
}

function Letter({ letter }: { letter: DeadLetterView }) {
  const { can } = useSession();
  const navigate = useNavigate();
  const original = indented(letter.body ?? "");
  const [body, setBody] = useState(indented(letter.edited ?? letter.body ?? ""));
  const [order, setOrder] = useState<"redrive" | "discard">();
  const changed = body !== original;
  const name = letter.step ?? letter.event?.name ?? letter.purpose;
  const open = letter.resolved === undefined;
  return (
    <Page
      title={`Dead letter: ${name}`}
      heading={name}
      says={`For ${letter.subscriber}. Dead-lettered after ${letter.receives} receives.`}
      back={BACK}
      actions={
        open && (
          <>
            <OrderButton icon="retry" primary allowed={can.operate} onClick={() => setOrder("redrive")}>
              {changed ? "Redrive the edited message" : "Redrive"}
            </OrderButton>
            <OrderButton icon="cross" danger allowed={can.operate} onClick={() => setOrder("discard")}>
              Discard
            </OrderButton>
          </>
        )
      }
    >
      {letter.resolved && <SettledNotice resolved={letter.resolved} />}
      <p className="notice bad">
        <Icon name="warning" />
        <span className="wrap-anywhere">
          <strong>Reason: </strong>
          {letter.reason}
        </span>
      </p>
      <section className="card" aria-label="Message">
        <div className="body two">
          <dl className="facts">
            <dt>Purpose</dt>
            <dd>{letter.purpose}</dd>
            {letter.run && (
              <>
                <dt>Run</dt>
                <dd>
                  <RunLinkById run={letter.run} />
                </dd>
              </>
            )}
            {letter.path && (
              <>
                <dt>Path</dt>
                <dd className="mono">
                  <PathText text={letter.path} />
                </dd>
              </>
            )}
            {letter.event && (
              <>
                <dt>Event</dt>
                <dd>
                  <Link to={`/deliveries?event=${encodeURIComponent(letter.event.id)}`}>
                    {letter.event.name}
                  </Link>
                </dd>
              </>
            )}
            <dt>Sent</dt>
            <dd>
              <When at={letter.sentAt} />
            </dd>
            <dt>Dead-lettered</dt>
            <dd>
              <When at={letter.diedAt} />
            </dd>
          </dl>
          <BodyEditor label="Message" value={body} readOnly={!open || !can.operate} onChange={setBody} />
        </div>
      </section>
      {order === "redrive" && (
        <OrderDialog
          title="Redrive"
          says={
            changed
              ? "The message goes back to its queue with your changes."
              : "The message goes back to its queue. Work that is already done is not repeated."
          }
          resource={`dead-letters/${encodeURIComponent(letter.id)}/redrive`}
          body={changed ? { body } : {}}
          wrong={changed ? wrongWithObject(body) : undefined}
          confirm="Redrive"
          refresh={[["dead-letters"], ["run"]]}
          onClose={() => setOrder(undefined)}
          onDone={() => void navigate("/dead-letters")}
        />
      )}
      {order === "discard" && (
        <OrderDialog
          title="Discard"
          says={`The message is discarded permanently${letter.run ? ", and its run fails at this step" : ""}. This cannot be undone.`}
          resource={`dead-letters/${encodeURIComponent(letter.id)}/discard`}
          confirm="Discard"
          danger
          refresh={[["dead-letters"], ["run"]]}
          onClose={() => setOrder(undefined)}
          onDone={() => void navigate("/dead-letters")}
        />
      )}
    </Page>
  );
}
