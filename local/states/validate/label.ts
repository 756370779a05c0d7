import { both, type Check, string } from "./check.ts";
import { error } from "./diagnostic.ts";

const LONGEST_LABEL = 40;
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** A distributed Map's Label: it becomes part of the ARNs of its runs. */
export const label: Check = both(string, (value, { location }) => {
  const text = value as string;
  if ([...text].length > LONGEST_LABEL) {
    return [error("INVALID_LABEL_NAME", `Label cannot exceed ${LONGEST_LABEL} characters`, location)];
  }
  const forbidden = FORBIDDEN.exec(text)?.[0];
  if (forbidden === undefined) return [];
  const shown = JSON.stringify(forbidden).slice(1, -1);
  return [error("INVALID_LABEL_NAME", `Label contains invalid character: '${shown}'`, location)];
});
