import { useState } from "react";
import { useBreakers } from "../api/queries.ts";
import type { BreakerView } from "../api/types.ts";
import { useNow } from "../app/now.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { Answer } from "../parts/answer.tsx";
import { Badge } from "../parts/badge.tsx";
import { Page } from "../parts/page.tsx";
import { Empty } from "../parts/states.tsx";
import { Terms } from "../parts/terms.tsx";
import { When } from "../parts/time.tsx";
import { useShownSettings } from "../settings/use-shown-settings.tsx";
import { plural } from "../text/plural.ts";
import { SharedLimits } from "./shared-limits.tsx";

type To = "open" | "closed" | "auto";

const TEXTS: Record<To, { title: string; description: string; confirm: string }> = {
  open: {
    title: "Force the breaker open",
    description:
      "No step calls this downstream until you change the breaker again. Steps take their fallback or wait.",
    confirm: "Force open",
  },
  closed: {
    title: "Force the breaker closed",
    description: "Steps call this downstream, even when calls fail.",
    confirm: "Force closed",
  },
  auto: {
    title: "Set to automatic",
    description: "The breaker opens and closes by the results of calls again.",
    confirm: "Set to automatic",
  },
};

const STATES = [
  {
    name: "closed",
    meaning:
      "Steps call the downstream. After failures in a row, or at a high failure rate, the breaker opens.",
  },
  {
    name: "open",
    meaning: "No step calls the downstream: a step takes its fallback, or its message is deferred.",
  },
  { name: "half-open", meaning: "One call is the probe. Its result closes the breaker, or opens it again." },
].map((state) => ({ ...state, look: <Badge state={state.name} /> }));

/** The health of each downstream, and the operator actions on it. */
export function Breakers() {
  const [action, setAction] = useState<{ breaker: string; to: To }>();
  const { toggle, settings } = useShownSettings("breaker");
  return (
    <Page
      title="Circuit breakers"
      description="One breaker for each downstream. While a breaker is open, no step calls the downstream and messages are deferred."
    >
      <section className="card" aria-label="Breakers">
        <Answer query={useBreakers()}>
          {(breakers) =>
            breakers.length === 0 ? (
              <Empty icon="breaker" title="No breakers yet">
                <p>
                  Give a step <code>breaker: defineBreaker("its-downstream")</code>. It appears here after the
                  first call.
                </p>
              </Empty>
            ) : (
              <ul className="rows">
                {breakers.map((one) => (
                  <li key={one.breaker} className="row wrap">
                    <Breaker
                      breaker={one}
                      onSettings={() => toggle(one.breaker)}
                      onForce={(to) => setAction({ breaker: one.breaker, to })}
                    />
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </section>
      {settings}
      <SharedLimits />
      <Terms title="States of a breaker" terms={STATES} />
      {action && (
        <ActionDialog
          {...TEXTS[action.to]}
          title={`${TEXTS[action.to].title}: ${action.breaker}`}
          resource={`breakers/${encodeURIComponent(action.breaker)}`}
          body={{ to: action.to }}
          refresh={[["breakers"]]}
          onClose={() => setAction(undefined)}
        />
      )}
    </Page>
  );
}

const ICONS = { open: "pause", closed: "play", auto: "retry" } as const;

function Breaker({
  breaker,
  onSettings,
  onForce,
}: {
  breaker: BreakerView;
  onSettings: () => void;
  onForce: (to: To) => void;
}) {
  const { can } = useSession();
  const { forced } = breaker;
  const offered = (["open", "closed", "auto"] as const).filter((to) =>
    to === "auto" ? forced !== undefined : forced?.to !== to,
  );
  return (
    <>
      <span className="state-column">
        <Badge state={breaker.state} />
      </span>
      <BreakerText breaker={breaker} />
      <span className="row wrap">
        <ActionButton small icon="settings" allowed onClick={onSettings}>
          Settings
        </ActionButton>
        {offered.map((to) => (
          <ActionButton key={to} small icon={ICONS[to]} allowed={can.operate} onClick={() => onForce(to)}>
            {TEXTS[to].confirm}
          </ActionButton>
        ))}
      </span>
    </>
  );
}

function BreakerText({
  breaker: { breaker, state, until, forced, inARow, usedBy },
}: {
  breaker: BreakerView;
}) {
  return (
    <div className="grow">
      <strong>{breaker}</strong>
      <p className="detail wrap-anywhere">
        {usedBy.length > 0 && `Used by ${usedBy.join(", ")}. `}
        {inARow > 0 && `${plural(inARow, "consecutive failure")}. `}
        {state === "open" && until && !forced && <NextProbe at={until} />}
        {forced && `Forced ${forced.to} by ${forced.by}: ${forced.why}`}
      </p>
    </div>
  );
}

function NextProbe({ at }: { at: string }) {
  if (Date.parse(at) <= useNow()) return "The next call is the probe.";
  return (
    <>
      Next probe <When at={at} />.
    </>
  );
}
