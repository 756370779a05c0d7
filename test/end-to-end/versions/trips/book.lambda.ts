import { worker } from "../../../../lambdas/runtime/index.ts";
import { book } from "./definitions.ts";

export const handler = worker(book, ({ trip }) => ({ trip }));
