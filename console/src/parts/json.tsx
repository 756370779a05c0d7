import { tokens } from "../text/json.ts";

/** Larger values are shown without colours, which would be an element each. */
const LARGEST_COLOURED = 40_000;

export function Json({ value, label }: { value: unknown; label: string }) {
  const text = JSON.stringify(value, null, 2) ?? "nothing";
  return (
    // Scrollable regions can be reached by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: otherwise it cannot be scrolled by keyboard
    <pre className="json mono" role="group" aria-label={label} tabIndex={0}>
      {text.length > LARGEST_COLOURED
        ? text
        : tokens(text).map((token, index) =>
            token.kind === "other" ? (
              token.text
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have no other name
              <span key={index} className={token.kind}>
                {token.text}
              </span>
            ),
          )}
    </pre>
  );
}
