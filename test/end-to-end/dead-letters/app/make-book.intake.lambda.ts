import { intake } from "../../../../lambdas/runtime/index.ts";
import { makeBook } from "./books.ts";

export const handler = intake(makeBook);
