import { shortened } from "../../../names.ts";

/** The states of a list in parts, and those of each part, by the list's name. */
export function stateNames(list: string) {
  const of = (suffix: string) => shortened(`${list} ${suffix}`);
  return {
    count: of("count"),
    none: of("none"),
    parts: of("parts"),
    joined: of("joined"),
    failed: of("failed"),
    part: of("part"),
    items: of("items"),
    kept: of("kept"),
    partFailed: of("part failed"),
  };
}
