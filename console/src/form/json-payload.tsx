import type { ReactNode } from "react";
import { PayloadField } from "../parts/payload-field.tsx";

/** A payload as JSON. */
export function JsonPayload({
  value,
  wrong,
  onChange,
  onSubmit,
  children,
}: {
  value: string;
  wrong: string | undefined;
  onChange: (value: string) => void;
  onSubmit: () => void;
  children: ReactNode;
}) {
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <PayloadField value={value} wrong={wrong} onChange={onChange} />
      {children}
    </form>
  );
}
