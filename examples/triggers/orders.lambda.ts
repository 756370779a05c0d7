import { queueMessages } from "../../lambdas/runtime/index.ts";
import { orders } from "./triggers.ts";

export const handler = queueMessages(orders, ({ id }) => ({ order: id, about: `order ${id}` }));
