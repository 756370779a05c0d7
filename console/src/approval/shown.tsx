import { Fragment } from "react";
import { Json } from "../parts/json.tsx";
import { difference, type Line, unifiedLines } from "../text/difference.ts";
import { Artifact } from "./artifact.tsx";
import { isShort, kindOf } from "./kind.ts";
import "./approval.css";

/** One value of an approval, in its best view: image, video, text, a difference, or JSON. */
export function Shown({
  name,
  value,
  depth = 0,
  within,
}: {
  name: string;
  value: unknown;
  depth?: number;
  /** Name of its parent: the same name is not repeated. */
  within?: string;
}) {
  const kind = kindOf(value);
  const Heading = depth === 0 ? "h3" : "h4";
  return (
    <div className="shown">
      {name !== within && <Heading>{name}</Heading>}
      {kind.as === "artifact" && <Artifact artifact={kind.artifact} />}
      {kind.as === "gallery" && (
        <div className="gallery">
          {kind.artifacts.map((artifact) => (
            <Artifact key={artifact.artifact} artifact={artifact} />
          ))}
        </div>
      )}
      {kind.as === "diff" && <Difference name={name} lines={unifiedLines(kind.text)} />}
      {kind.as === "comparison" && <Difference name={name} lines={difference(kind.before, kind.after)} />}
      {kind.as === "prose" && <p className="prose">{kind.text}</p>}
      {kind.as === "parts" && <Parts parts={kind.parts} depth={depth} name={name} />}
      {kind.as === "json" && <Json label={name} value={kind.value} />}
    </div>
  );
}

/** Short values are shown together, artifacts and long values separately. */
function Parts({ parts, depth, name }: { parts: [string, unknown][]; depth: number; name: string }) {
  const short = parts.filter(([, value]) => isShort(value));
  return (
    <>
      {short.length > 0 && (
        <dl className="facts">
          {short.map(([part, value]) => (
            <Fragment key={part}>
              <dt>{part}</dt>
              <dd>{typeof value === "number" ? rounded(value) : String(value)}</dd>
            </Fragment>
          ))}
        </dl>
      )}
      {parts
        .filter(([, value]) => !isShort(value))
        .map(([part, inner]) => (
          <Shown key={part} name={part} value={inner} depth={depth + 1} within={name} />
        ))}
    </>
  );
}

/** To the thousandth: rounding errors of a computation mean nothing to a reader. */
function rounded(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 3 });
}

const SIGNS = { added: "+", removed: "−", same: " " } as const;

/** Lines that were added and removed. */
export function Difference({ name, lines }: { name: string; lines: Line[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: otherwise it cannot be scrolled by keyboard
    <pre className="diff mono" role="group" aria-label={`Difference of ${name}`} tabIndex={0}>
      {lines.map(({ kind, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no other name
        <span key={index} className={kind}>
          {kind !== "same" && <span className="unseen">{kind}: </span>}
          {text.startsWith("+") || text.startsWith("-") ? text : `${SIGNS[kind]} ${text}`}
        </span>
      ))}
    </pre>
  );
}
