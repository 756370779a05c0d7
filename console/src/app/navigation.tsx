import { NavLink } from "react-router";
import { Icon, type IconName, Mark } from "../parts/icon.tsx";
import { countOf, useAttention } from "./attention.ts";
import { useConnection } from "./live.tsx";
import { PLACES } from "./places.ts";
import { useSession } from "./session.tsx";
import { useTheme } from "./theme.ts";
import "./navigation.css";

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
  const { app } = useSession();
  return (
    <header className="side">
      <NavLink to="/" className="brand" onClick={onGo}>
        <Mark />
        <span className="clip">{app.name}</span>
        <span className="chip" title={app.region}>
          {app.deployedOn === "local" ? "local" : app.region}
        </span>
      </NavLink>
      <Places onGo={onGo} />
      <div className="foot">
        <div className="row wide">
          <Connected />
          <span className="row" style={{ padding: 0, gap: 0 }}>
            <IconButton
              icon="keyboard"
              name="Keyboard shortcuts"
              title="Keyboard shortcuts (?)"
              onClick={onKeys}
            />
            <ThemeButton />
          </span>
        </div>
        <User onSignOut={onSignOut} />
      </div>
    </header>
  );
}

function Places({ onGo }: { onGo: (() => void) | undefined }) {
  const counts = useCounts();
  return (
    <nav aria-label="Main" className="stack">
      {PLACES.map(({ title, places }) => (
        <div key={title}>
          <h2>{title}</h2>
          <ul>
            {places.map(({ path, name, icon, key }) => (
              <li key={path}>
                <NavLink to={path} end={path === "/"} title={`g ${key}`} onClick={onGo}>
                  <Icon name={icon} />
                  {name}
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
  );
}

function Connected() {
  const connection = useConnection();
  return (
    <span className="connection" role="status">
      <span className={`dot ${connection}`} />
      {TEXTS[connection]}
    </span>
  );
}

function ThemeButton() {
  const [theme, toggleTheme] = useTheme();
  const isDark = theme === "dark";
  return (
    <IconButton
      icon={isDark ? "sun" : "moon"}
      name={isDark ? "Light theme" : "Dark theme"}
      onClick={toggleTheme}
    />
  );
}

function User({ onSignOut }: { onSignOut: () => void }) {
  const { name, role } = useSession();
  return (
    <div className="row wide">
      <span className="clip detail" title={`${name}, ${role}`}>
        {name} · {role}
      </span>
      <IconButton icon="out" name="Sign out" onClick={onSignOut} />
    </div>
  );
}

function IconButton({
  icon,
  name,
  title = name,
  onClick,
}: {
  icon: IconName;
  name: string;
  title?: string;
  onClick: () => void;
}) {
  return (
    <button type="button" className="button plain icon" aria-label={name} title={title} onClick={onClick}>
      <Icon name={icon} />
    </button>
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
