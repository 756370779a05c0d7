import { useLimitLane, useLimits } from "../api/queries.ts";
import { ActionButton } from "../parts/action-button.tsx";
import { Card } from "../parts/card.tsx";
import { useShownSettings } from "../settings/use-shown-settings.tsx";
import { plural } from "../text/plural.ts";

/** Limits that workflows share; none without any. */
export function SharedLimits() {
  const limits = useLimits();
  const { toggle, settings } = useShownSettings("limit");
  if (!limits.data || limits.data.length === 0) return null;
  return (
    <>
      <Card title="Shared limits">
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
              <ActionButton small icon="settings" allowed onClick={() => toggle(limit)}>
                Settings
              </ActionButton>
            </li>
          ))}
        </ul>
      </Card>
      {settings}
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
