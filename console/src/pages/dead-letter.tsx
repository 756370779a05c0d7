import { Fragment, type ReactNode, useState } from "react";
import { Link, useParams } from "react-router";
import { useDeadLetter } from "../api/queries.ts";
import type { DeadLetterView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { BodyEditor } from "../parts/body-editor.tsx";
import { Icon } from "../parts/icon.tsx";
import { PathText } from "../parts/path.tsx";
import { type Resolution, ResolvePage } from "../parts/resolve-page.tsx";
import { RunLinkById } from "../parts/run-link.tsx";
import { When } from "../parts/time.tsx";
import { UnloadedPage } from "../parts/unloaded-page.tsx";
import { indented, wrongWithObject } from "../text/json.ts";

const BACK = { to: "/dead-letters", name: "Dead letters" };

export function DeadLetterPage() {
  const { id = "" } = useParams();
  const query = useDeadLetter(id);
  if (query.data === undefined) return <UnloadedPage title="Dead letter" back={BACK} query={query} />;
  return <DeadLetter key={id} deadLetter={query.data} />;
}

function DeadLetter({ deadLetter }: { deadLetter: DeadLetterView }) {
  const { id, subscriber, receives, step, event, purpose, run, reason, resolved } = deadLetter;
  const { can } = useSession();
  const original = indented(deadLetter.body ?? "");
  const [body, setBody] = useState(indented(deadLetter.edited ?? deadLetter.body ?? ""));
  const isEdited = body !== original;
  const name = step ?? event?.name ?? purpose;
  return (
    <ResolvePage
      title={`Dead letter: ${name}`}
      heading={name}
      description={`For ${subscriber}. Dead-lettered after ${receives} receives.`}
      back={BACK}
      resource={`dead-letters/${encodeURIComponent(id)}`}
      refresh={[["dead-letters"], ["run"]]}
      resolved={resolved}
      resolutions={[redrive(isEdited, body), discard(run !== undefined)]}
    >
      <p className="notice bad">
        <Icon name="warning" />
        <span className="wrap-anywhere">
          <strong>Reason: </strong>
          {reason}
        </span>
      </p>
      <section className="card" aria-label="Message">
        <div className="body two">
          <Facts deadLetter={deadLetter} />
          <BodyEditor
            label="Message"
            value={body}
            readOnly={resolved !== undefined || !can.operate}
            onChange={setBody}
          />
        </div>
      </section>
    </ResolvePage>
  );
}

const redrive = (isEdited: boolean, body: string): Resolution => ({
  action: "redrive",
  icon: "retry",
  title: "Redrive",
  button: isEdited ? "Redrive the edited message" : "Redrive",
  description: isEdited
    ? "The message goes back to its queue with your changes."
    : "The message goes back to its queue. Work that is already done is not repeated.",
  body: isEdited ? { body } : {},
  wrong: isEdited ? wrongWithObject(body) : undefined,
});

const discard = (hasRun: boolean): Resolution => ({
  action: "discard",
  icon: "cross",
  title: "Discard",
  danger: true,
  description: `The message is discarded permanently${hasRun ? ", and its run fails at this step" : ""}. This cannot be undone.`,
});

function Facts({
  deadLetter: { purpose, run, path, event, sentAt, diedAt },
}: {
  deadLetter: DeadLetterView;
}) {
  const facts: [name: string, value: ReactNode][] = [
    ["Purpose", purpose],
    ["Run", run && <RunLinkById run={run} />],
    [
      "Path",
      path && (
        <span className="mono">
          <PathText text={path} />
        </span>
      ),
    ],
    ["Event", event && <Link to={`/deliveries?event=${encodeURIComponent(event.id)}`}>{event.name}</Link>],
    ["Sent", <When key="sent" at={sentAt} />],
    ["Dead-lettered", <When key="dead-lettered" at={diedAt} />],
  ];
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}
