import { NavLink } from "react-router";
import { Icon, Mark } from "../parts/icon.tsx";
import { countOf, useAttention } from "./attention.ts";
import { useConnection } from "./live.tsx";
import { PLACES } from "./places.ts";
import { useSession } from "./session.tsx";
import { useTheme } from "./theme.ts";

const TEXTS = {
  live: "Live",
  connecting: "Connecting…",
  hidden: "Paused while hidden",
  broken: "Disconnected, reconnecting…",
} as const;

export function Navigation({
  onGo,
  onKeys,
  onSignOut,
}: {
  onGo?: () => void;
  onKeys: () => void;
  onSignOut: () => void;
}) {
  const { name, role, app } = useSession();
  const counts = useCounts();
  const connection = useConnection();
  const [theme, toggleTheme] = useTheme();
  return (
    <header className="side">
      <NavLink to="/" className="brand" onClick={onGo}>
        <Mark />
        <span className="clip">{app.name}</span>
        <span className="chip" title={app.region}>
          {app.deployedOn === "local" ? "local" : app.region}
        </span>
      </NavLink>
      <nav aria-label="Main" className="stack">
        {PLACES.map(({ title, places }) => (
          <div key={title}>
            <h2>{title}</h2>
            <ul>
              {places.map(({ path, name: label, icon, key }) => (
                <li key={path}>
                  <NavLink to={path} end={path === "/"} title={`g ${key}`} onClick={onGo}>
                    <Icon name={icon} />
                    {label}
                    {counts[path] !== undefined && (
                      <span className={`count${path === "/approvals" ? "" : " loud"}`}>
                        {counts[path]}
                        <span className="unseen"> waiting</span>
                      </span>
                    )}
                  </NavLink>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className="foot">
        <div className="row wide">
          <span className="connection" role="status">
            <span className={`dot ${connection}`} />
            {TEXTS[connection]}
          </span>
          <span className="row" style={{ padding: 0, gap: 0 }}>
            <button
              type="button"
              className="button plain icon"
              aria-label="Keyboard shortcuts"
              title="Keyboard shortcuts (?)"
              onClick={onKeys}
            >
              <Icon name="keyboard" />
            </button>
            <button
              type="button"
              className="button plain icon"
              aria-label={theme === "dark" ? "Light theme" : "Dark theme"}
              title={theme === "dark" ? "Light theme" : "Dark theme"}
              onClick={toggleTheme}
            >
              <Icon name={theme === "dark" ? "sun" : "moon"} />
            </button>
          </span>
        </div>
        <div className="row wide">
          <span className="clip detail" title={`${name}, ${role}`}>
            {name} · {role}
          </span>
          <button
            type="button"
            className="button plain icon"
            aria-label="Sign out"
            title="Sign out"
            onClick={onSignOut}
          >
            <Icon name="out" />
          </button>
        </div>
      </div>
    </header>
  );
}

/** Counts next to the navigation entries. */
function useCounts(): Record<string, string | undefined> {
  const { approvals, deadLetters, quarantine, breakers } = useAttention();
  const open = breakers.data?.filter(({ state }) => state !== "closed").length ?? 0;
  const some = (count: string) => (count === "0" ? undefined : count);
  return {
    "/approvals": some(countOf(approvals)),
    "/dead-letters": some(countOf(deadLetters)),
    "/quarantine": some(countOf(quarantine)),
    "/breakers": some(String(open)),
  };
}
