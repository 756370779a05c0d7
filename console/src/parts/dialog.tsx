import { type ReactNode, type RefObject, useId, useLayoutEffect, useRef } from "react";
import { Icon } from "./icon.tsx";

/**
 * Opens a dialog with the focus in its first field. Closed before it is removed from the page, so that the browser
 * returns the focus to where it was.
 */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current!;
    element.showModal();
    element.querySelector<HTMLElement>(FIELDS)?.focus();
    return () => element.close();
  }, []);
  return dialog;
}

const FIELDS = "input, textarea, select";

/** A dialog: the browser keeps the focus inside, and closes it on Escape. */
export function Dialog({
  title,
  wide = false,
  onClose,
  children,
}: {
  title: string;
  wide?: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  const dialog = useModal();
  const heading = useId();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click outside closes it; Escape closes it natively
    <dialog
      ref={dialog}
      className={`dialog${wide ? " wide" : ""}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="head">
        <h2 id={heading}>{title}</h2>
        <button type="button" className="button plain icon" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div className="body">{children}</div>
    </dialog>
  );
}
