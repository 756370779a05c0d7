import { useState } from "react";
import { useList } from "../api/queries.ts";
import type { ReplayView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { ListAnswer } from "../parts/answer.tsx";
import { Page } from "../parts/page.tsx";
import { Empty } from "../parts/states.tsx";
import { Terms } from "../parts/terms.tsx";
import { Replay } from "./replay.tsx";
import { StartReplay, WAYS } from "./start-replay.tsx";

/** Replays of archived events. */
export function Replays() {
  const { can } = useSession();
  const list = useList<ReplayView>(["replays"], "replays");
  const [starting, setStarting] = useState(false);
  return (
    <Page
      title="Replays"
      description="Archived events, delivered again. Completed work is not repeated unless you restart it."
      actions={
        <ActionButton icon="replay" primary allowed={can.operate} onClick={() => setStarting(true)}>
          Replay events
        </ActionButton>
      }
    >
      <section className="card" aria-label="Replays">
        <ListAnswer list={list}>
          {(replays) =>
            replays.length === 0 ? (
              <Empty icon="replay" title="No replays yet">
                <p>
                  Replay events to backfill a new subscriber, or to recover after a failure. A dry run only
                  counts.
                </p>
              </Empty>
            ) : (
              <ul className="rows">
                {replays.map((replay) => (
                  <li key={replay.replay} className="bar">
                    <Replay replay={replay} />
                  </li>
                ))}
              </ul>
            )
          }
        </ListAnswer>
      </section>
      <Terms title="Completed work in a replay" terms={WAYS} />
      {starting && <StartReplay onClose={() => setStarting(false)} />}
    </Page>
  );
}
