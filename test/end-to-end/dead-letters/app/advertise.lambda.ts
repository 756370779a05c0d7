import { worker } from "../../../../lambdas/runtime/index.ts";
import { advertise } from "./books.ts";

export const handler = worker(advertise, (book) => book);
