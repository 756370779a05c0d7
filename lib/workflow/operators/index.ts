export { and, eq, exists, gt, gte, lt, lte, ne, not, or } from "./conditions.ts";
export { jsonata } from "./jsonata.ts";
export { at, includes, orElse, present, size } from "./members.ts";
export { dividedBy, minus, plus, times } from "./numbers.ts";
export { contains, lowerCase, text } from "./texts.ts";
