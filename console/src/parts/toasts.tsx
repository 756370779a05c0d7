import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { Icon } from "./icon.tsx";

interface Toast {
  id: number;
  text: string;
}

const Context = createContext<(text: string) => void>(() => {});

/** Notifications: visible for some seconds, and read by screen readers. */
export function useToast(): (text: string) => void {
  return useContext(Context);
}

const SHOWN_FOR = 6_000;
let count = 0;

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const remove = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const notify = useCallback(
    (text: string) => {
      count += 1;
      const id = count;
      setToasts((all) => [...all.slice(-2), { id, text }]);
      setTimeout(() => remove(id), SHOWN_FOR);
    },
    [remove],
  );
  return (
    <Context value={notify}>
      {children}
      <section className="toasts" aria-label="Notifications" aria-live="polite">
        {toasts.map(({ id, text }) => (
          <div key={id} className="toast">
            <p>{text}</p>
            <button type="button" aria-label="Dismiss" onClick={() => remove(id)}>
              <Icon name="close" />
            </button>
          </div>
        ))}
      </section>
    </Context>
  );
}
