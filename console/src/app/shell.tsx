import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Outlet, useLocation, useNavigation } from "react-router";
import { useModal } from "../parts/dialog.tsx";
import { Icon, Mark } from "../parts/icon.tsx";
import { Disconnected } from "./disconnected.tsx";
import { useMedia } from "./media.ts";
import { Navigation } from "./navigation.tsx";
import { ReloadProblem } from "./reload-problem.tsx";
import { useSession } from "./session.tsx";
import { ShortcutsDialog, useShortcuts } from "./shortcuts.tsx";

const Palette = lazy(async () => ({ default: (await import("./palette.tsx")).Palette }));

/** The frame of every page. */
export function Shell({ onSignOut }: { onSignOut: () => void }) {
  const keys = useShortcuts();
  const narrow = useMedia("(max-width: 860px)");
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const isOpening = useNavigation().state === "loading";
  const seen = useRef(pathname);
  // After a change of page by keyboard or screen reader, the focus is at its top.
  useEffect(() => {
    if (seen.current === pathname) return;
    seen.current = pathname;
    main.current?.focus({ preventScroll: true });
    main.current?.scrollTo(0, 0);
  }, [pathname]);
  return (
    <div className="shell">
      <button type="button" className="button primary skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      {narrow ? (
        <TopBar onKeys={keys.show} onSignOut={onSignOut} />
      ) : (
        <Navigation onKeys={keys.show} onSignOut={onSignOut} />
      )}
      <main className="main" ref={main} tabIndex={-1} data-place={pathname} aria-busy={isOpening}>
        {isOpening && <div className="opening" role="progressbar" aria-label="Opening the page" />}
        <Disconnected />
        <ReloadProblem />
        <Outlet />
      </main>
      {keys.open && <ShortcutsDialog onClose={keys.hide} />}
      {keys.finding && (
        <Suspense fallback={null}>
          <Palette onClose={() => keys.find(false)} />
        </Suspense>
      )}
    </div>
  );
}

function TopBar({ onKeys, onSignOut }: { onKeys: () => void; onSignOut: () => void }) {
  const { app } = useSession();
  const [open, setOpen] = useState(false);
  return (
    <header className="top">
      <span className="brand">
        <Mark />
        <span className="clip">{app.name}</span>
      </span>
      <button
        type="button"
        className="button plain icon"
        aria-label="Menu"
        aria-expanded={open}
        onClick={() => setOpen(true)}
      >
        <Icon name="menu" size={20} />
      </button>
      {open && <Menu onClose={() => setOpen(false)} onKeys={onKeys} onSignOut={onSignOut} />}
    </header>
  );
}

function Menu({
  onClose,
  onKeys,
  onSignOut,
}: {
  onClose: () => void;
  onKeys: () => void;
  onSignOut: () => void;
}) {
  const dialog = useModal();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click outside closes it; Escape closes it natively
    <dialog
      ref={dialog}
      className="menu"
      aria-label="Menu"
      onCancel={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <Navigation
        onGo={onClose}
        onKeys={() => {
          onClose();
          onKeys();
        }}
        onSignOut={onSignOut}
      />
    </dialog>
  );
}
