import { intake } from "../../../../lambdas/runtime/index.ts";
import { sellBook } from "./books.ts";

export const handler = intake(sellBook);
