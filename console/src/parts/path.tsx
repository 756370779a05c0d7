import { Fragment } from "react";

/** A path or a dotted name, which breaks behind its separators and nowhere else: "cut[1]/scenes[2]/draw-picture". */
export function PathText({ text }: { text: string }) {
  return text.split(/(?<=[/.])/).map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text, which do not move
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
