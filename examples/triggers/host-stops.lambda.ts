import { events } from "../../lambdas/runtime/index.ts";
import { hostStops } from "./triggers.ts";

export const handler = events(hostStops, (detail) => ({ about: `${detail["instance-id"]} stopped` }));
