import type { QueueState } from "../api/types.ts";
import { queueParts } from "../text/queue.ts";

/** The number of messages in a queue; `compact` for a box of a graph. */
export function Queue({ queue, compact = false }: { queue: QueueState | undefined; compact?: boolean }) {
  if (!queue) return <span className="detail">no queue</span>;
  const parts = queueParts(queue, compact);
  if (parts.length === 0) return <span className="detail">empty</span>;
  return (
    <span className="row queue number">
      {parts.map(({ text, title, tone }) => (
        <span key={title} title={title} className={tone && { quiet: "detail", bad: "word-bad strong" }[tone]}>
          {text}{" "}
        </span>
      ))}
    </span>
  );
}
