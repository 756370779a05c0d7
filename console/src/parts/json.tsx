import { useMemo, useState } from "react";
import { tokens } from "../text/json.ts";
import { type JsonLine, jsonLines, matchingLines, seenLines } from "../text/json-lines.ts";
import { plural } from "../text/plural.ts";
import { Copy } from "./copy.tsx";
import { Icon } from "./icon.tsx";

/** Larger values are shown as text, without colours and folding, which take an element each. */
const LARGEST_COLOURED = 40_000;
/** From this number of lines, a value can be searched. */
const LONG = 14;

/** A value as JSON that can be folded, searched and copied. */
export function Json({ value, label }: { value: unknown; label: string }) {
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? "nothing", [value]);
  const lines = useMemo(() => (text.length > LARGEST_COLOURED ? [] : jsonLines(text)), [text]);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [wanted, setWanted] = useState("");
  const found = useMemo(() => new Set(matchingLines(lines, wanted)), [lines, wanted]);
  const fold = (index: number) =>
    setFolded((before) => {
      const after = new Set(before);
      if (!after.delete(index)) after.add(index);
      return after;
    });
  // A search includes folded parts.
  const seen = seenLines(lines, wanted.trim() === "" ? folded : new Set());
  return (
    <div className="json-box">
      <div className="row json-tools">
        {lines.length >= LONG && (
          <>
            <input
              className="input"
              type="search"
              aria-label={`Find in ${label}`}
              placeholder="Find"
              value={wanted}
              onChange={({ target }) => setWanted(target.value)}
            />
            <span className="detail number" role="status">
              {wanted.trim() !== "" && plural(found.size, "line")}
            </span>
          </>
        )}
        <Copy text={() => text} name="Copy as JSON" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: otherwise it cannot be scrolled by keyboard */}
      <pre className="json mono" role="group" aria-label={label} tabIndex={0}>
        {lines.length === 0
          ? text
          : seen.map((index) => (
              <Line
                key={index}
                line={lines[index]!}
                end={lines[lines[index]!.closes ?? index]!.text.trim()}
                found={found.has(index)}
                folded={folded.has(index) && wanted.trim() === ""}
                onFold={index > 0 ? () => fold(index) : undefined}
              />
            ))}
      </pre>
    </div>
  );
}

function Line({
  line: { text, closes },
  end,
  found,
  folded,
  onFold,
}: {
  line: JsonLine;
  end: string;
  found: boolean;
  folded: boolean;
  onFold: (() => void) | undefined;
}) {
  return (
    <span className={found ? "json-line found" : "json-line"}>
      {closes !== undefined && onFold && (
        <button
          type="button"
          className={folded ? "json-fold folded" : "json-fold"}
          aria-label={folded ? "Unfold" : "Fold"}
          aria-expanded={!folded}
          onClick={onFold}
        >
          <Icon name="fold" size={11} />
        </button>
      )}
      {tokens(text).map((token, index) =>
        token.kind === "other" ? (
          token.text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have no other name
          <span key={index} className={token.kind}>
            {token.text}
          </span>
        ),
      )}
      {folded && ` … ${end}`}
      {"\n"}
    </span>
  );
}
