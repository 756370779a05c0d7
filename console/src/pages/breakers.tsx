import { useState } from "react";
import { useBreakers, useLimitLane, useLimits } from "../api/queries.ts";
import type { BreakerView } from "../api/types.ts";
import { useNow } from "../app/now.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { Badge } from "../parts/badge.tsx";
import { Page } from "../parts/page.tsx";
import { Settings } from "../parts/settings.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { When } from "../parts/time.tsx";
import { plural } from "../text/plural.ts";

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

/** The health of each downstream, and the operator actions on it. */
export function Breakers() {
  const { can } = useSession();
  const breakers = useBreakers();
  const [order, setOrder] = useState<{ breaker: string; to: To }>();
  const [shown, setShown] = useState<string>();
  return (
    <Page
      title="Circuit breakers"
      description="One breaker for each downstream. While a breaker is open, no step calls the downstream and messages are deferred."
    >
      <section className="card" aria-label="Breakers">
        {breakers.isPending ? (
          <Loading />
        ) : breakers.error ? (
          <Failed error={breakers.error} again={() => void breakers.refetch()} />
        ) : breakers.data.length === 0 ? (
          <Empty icon="breaker" title="No breakers yet">
            <p>
              Give a step <code>breaker: defineBreaker("its-downstream")</code>. It appears here after the
              first call.
            </p>
          </Empty>
        ) : (
          <ul className="rows">
            {breakers.data.map((breaker) => (
              <li key={breaker.breaker} className="row wrap">
                <span className="state-column">
                  <Badge state={breaker.state} />
                </span>
                <Breaker breaker={breaker} />
                <span className="row wrap">
                  <ActionButton
                    small
                    icon="settings"
                    allowed
                    onClick={() => setShown(shown === breaker.breaker ? undefined : breaker.breaker)}
                  >
                    Settings
                  </ActionButton>
                  {(["open", "closed", "auto"] as const)
                    .filter((to) => (to === "auto" ? breaker.forced : breaker.forced?.to !== to))
                    .map((to) => (
                      <ActionButton
                        key={to}
                        small
                        icon={to === "open" ? "pause" : to === "closed" ? "play" : "retry"}
                        allowed={can.operate}
                        onClick={() => setOrder({ breaker: breaker.breaker, to })}
                      >
                        {TEXTS[to].confirm}
                      </ActionButton>
                    ))}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      {shown !== undefined && (
        <Settings key={shown} of="breaker" name={shown} title={`Settings of ${shown}`} />
      )}
      <SharedLimits />
      {order && (
        <ActionDialog
          {...TEXTS[order.to]}
          title={`${TEXTS[order.to].title}: ${order.breaker}`}
          resource={`breakers/${encodeURIComponent(order.breaker)}`}
          body={{ to: order.to }}
          refresh={[["breakers"]]}
          onClose={() => setOrder(undefined)}
        />
      )}
    </Page>
  );
}

/** Limits that workflows share; none without any. */
function SharedLimits() {
  const limits = useLimits();
  const [shown, setShown] = useState<string>();
  if (!limits.data || limits.data.length === 0) return null;
  return (
    <>
      <section className="card" aria-label="Shared limits">
        <h2>Shared limits</h2>
        <ul className="rows">
          {limits.data.map(({ limit, byKey, usedBy }) => (
            <li key={limit} className="row wrap">
              <div className="grow">
                <strong>{limit}</strong>
                <p className="detail wrap-anywhere">
                  Used by {usedBy.join(", ")}.{" "}
                  {byKey ? "Each key has its own places." : <Places of={limit} />}
                </p>
              </div>
              <ActionButton
                small
                icon="settings"
                allowed
                onClick={() => setShown(shown === limit ? undefined : limit)}
              >
                Settings
              </ActionButton>
            </li>
          ))}
        </ul>
      </section>
      {shown !== undefined && <Settings key={shown} of="limit" name={shown} title={`Settings of ${shown}`} />}
    </>
  );
}

function Places({ of }: { of: string }) {
  const { data } = useLimitLane(of);
  if (!data) return null;
  const { places, waiting } = data;
  return (
    <>
      {plural(places.length, "run")} of all keys in it
      {waiting.length > 0 && `, ${plural(waiting.length, "run")} waiting`}.
    </>
  );
}

function Breaker({ breaker: { breaker, state, until, forced, inARow, usedBy } }: { breaker: BreakerView }) {
  const now = useNow();
  return (
    <div className="grow">
      <strong>{breaker}</strong>
      <p className="detail wrap-anywhere">
        {usedBy.length > 0 && `Used by ${usedBy.join(", ")}. `}
        {inARow > 0 && `${plural(inARow, "consecutive failure")}. `}
        {state === "open" &&
          until &&
          !forced &&
          (Date.parse(until) > now ? (
            <>
              Next probe <When at={until} />.
            </>
          ) : (
            "The next call is the probe."
          ))}
        {forced && `Forced ${forced.to} by ${forced.by}: ${forced.why}`}
      </p>
    </div>
  );
}
