import { reaction } from "../../../lambdas/runtime/index.ts";
import { noteReading } from "./definitions.ts";

export const handler = reaction(noteReading, () => {});
