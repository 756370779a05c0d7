/** Code, or a stack, as it was written. */
export function Code({ text, label }: { text: string; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: otherwise it cannot be scrolled by keyboard
    <pre className="json code mono" role="group" aria-label={label} tabIndex={0}>
      {text}
    </pre>
  );
}
