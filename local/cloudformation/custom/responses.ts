import type { Kernel } from "../../kernel/kernel.ts";
import type { Service } from "../../kernel/service.ts";
import { type Answer, readAnswer } from "./answer.ts";

const NAME = "custom-resource-responses";

/** The host name of response URLs. It cannot be resolved by DNS: requests to it are routed here. */
export const RESPONSE_HOST = "custom-resource-responses.localhost";

/** A URL that accepts one response. */
interface Response {
  /** "https://…", as on AWS, since libraries for custom resources require it. */
  url: string;
  answered: Promise<Answer>;
  close(): void;
}

export interface Responses extends Service {
  open(): Response;
}

/** Receives the responses of functions behind custom resources. */
export function customResourceResponses(kernel: Kernel): Responses {
  const waiting = new Map<string, (answer: Answer) => void>();
  return {
    name: NAME,
    operations: {},
    open() {
      const path = `/${kernel.random.uuid()}`;
      const { promise, resolve } = Promise.withResolvers<Answer>();
      waiting.set(path, resolve);
      return { url: `https://${RESPONSE_HOST}${path}`, answered: promise, close: () => waiting.delete(path) };
    },
    async http({ method, path, body }) {
      const take = waiting.get(path);
      if (method !== "PUT" || !take) return { status: 404, headers: {}, body: "" };
      take(readAnswer(body));
      return { status: 200, headers: {}, body: "" };
    },
  };
}

export const responsesOf = (kernel: Kernel) => kernel.service(NAME) as Responses;
