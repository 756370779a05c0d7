import { useRef } from "react";
import { address } from "../api/client.ts";
import { useCommandLine } from "../api/local.ts";
import type { RunDetail } from "../api/types.ts";
import { Copy } from "../parts/copy.tsx";
import { Icon } from "../parts/icon.tsx";
import { copiesOf } from "./copies.ts";

/** Copies of a run for use elsewhere: its id, its JSON, and the commands that read it. */
export function CopyRun({ detail }: { detail: RunDetail }) {
  const millrace = useCommandLine();
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => menu.current!.removeAttribute("open");
  const copies = copiesOf(detail.run, address(`runs/${encodeURIComponent(detail.run)}`).href, millrace);
  return (
    <details
      ref={menu}
      className="copies"
      onBlur={({ relatedTarget }) => menu.current!.contains(relatedTarget) || close()}
      onKeyDown={({ key }) => {
        if (key !== "Escape") return;
        close();
        menu.current!.querySelector("summary")!.focus();
      }}
    >
      <summary className="button plain small">
        Copy <Icon name="fold" size={12} />
      </summary>
      <ul>
        {[...copies, { name: "JSON", text: () => JSON.stringify(detail, null, 2) }].map(({ name, text }) => (
          <li key={name} className="row">
            <span className="grow">{name}</span>
            <Copy text={text} name={`Copy ${name}`} />
          </li>
        ))}
      </ul>
    </details>
  );
}
