import { useState } from "react";
import { useBreakers } from "../api/queries.ts";
import type { BreakerView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { Badge } from "../parts/badge.tsx";
import { OrderButton, OrderDialog } from "../parts/order.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { When } from "../parts/time.tsx";
import { plural } from "../text/plural.ts";

type To = "open" | "closed" | "auto";

const SAYS: Record<To, { title: string; says: string; confirm: string }> = {
  open: {
    title: "Keep it open",
    says: "No step calls this downstream until you let it: each takes its fallback or waits.",
    confirm: "Keep open",
  },
  closed: {
    title: "Keep it closed",
    says: "Steps call this downstream whatever their calls come to.",
    confirm: "Keep closed",
  },
  auto: {
    title: "Let it decide",
    says: "It opens and closes by what calls come to again.",
    confirm: "Let it decide",
  },
};

/** The health of each downstream, and who decides about it. */
export function Breakers() {
  const { can } = useSession();
  const breakers = useBreakers();
  const [order, setOrder] = useState<{ breaker: string; to: To }>();
  return (
    <Page
      title="Circuit breakers"
      says="One for each downstream. While one is open, nothing calls it and no delivery is used up."
    >
      <section className="card" aria-label="Breakers">
        {breakers.isPending ? (
          <Loading />
        ) : breakers.error ? (
          <Failed error={breakers.error} again={() => void breakers.refetch()} />
        ) : breakers.data.length === 0 ? (
          <Empty icon="breaker" title="No breaker has been used yet">
            <p>
              Give a step <code>breaker: defineBreaker("its-downstream")</code>: it appears here with the
              first call.
            </p>
          </Empty>
        ) : (
          <ul className="rows">
            {breakers.data.map((breaker) => (
              <li key={breaker.breaker} className="row wrap">
                <Badge state={breaker.state} />
                <Breaker breaker={breaker} />
                <span className="row wrap">
                  {(["open", "closed", "auto"] as const)
                    .filter((to) => (to === "auto" ? breaker.forced : breaker.forced?.to !== to))
                    .map((to) => (
                      <OrderButton
                        key={to}
                        small
                        icon={to === "open" ? "pause" : to === "closed" ? "play" : "retry"}
                        allowed={can.operate}
                        onClick={() => setOrder({ breaker: breaker.breaker, to })}
                      >
                        {SAYS[to].confirm}
                      </OrderButton>
                    ))}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      {order && (
        <OrderDialog
          {...SAYS[order.to]}
          title={`${SAYS[order.to].title}: ${order.breaker}`}
          resource={`breakers/${encodeURIComponent(order.breaker)}`}
          body={{ to: order.to }}
          refresh={[["breakers"]]}
          onClose={() => setOrder(undefined)}
        />
      )}
    </Page>
  );
}

function Breaker({ breaker: { breaker, state, until, forced, inARow, usedBy } }: { breaker: BreakerView }) {
  return (
    <div className="grow">
      <strong>{breaker}</strong>
      <p className="detail wrap-anywhere">
        {usedBy.length > 0 && `Used by ${usedBy.join(", ")}. `}
        {inARow > 0 && `${plural(inARow, "failure")} in a row. `}
        {state === "open" && until && !forced && (
          <>
            One call may try <When at={until} />.
          </>
        )}
        {forced && `Kept ${forced.to} by ${forced.by}: ${forced.why}`}
      </p>
    </div>
  );
}
