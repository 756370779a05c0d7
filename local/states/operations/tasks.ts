import type { Operation } from "../../kernel/service.ts";
import type { Stimulus } from "../advance/advance.ts";
import type { Engine } from "../engine.ts";
import { exceedsLimit } from "../json.ts";
import { readToken, type TaskToken } from "../tokens.ts";
import { parseJson, required } from "./arguments.ts";
import { refusals } from "./errors.ts";

/** The operations with which a worker answers the token it was given. */
export function taskOperations(engine: Engine): Record<string, Operation> {
  async function send(input: any, stimulus: (token: TaskToken) => Stimulus): Promise<object> {
    const token = readToken(required(input, "taskToken"));
    if (!token) throw refusals.invalidToken();
    if (!engine.executions.get(token.execution)) throw refusals.noTask();
    if (!(await engine.post(token.execution, stimulus(token)))) throw refusals.taskTimedOut();
    return {};
  }

  return {
    SendTaskSuccess(input) {
      const output = required(input, "output");
      // A wrong token is reported before a wrong output.
      if (!readToken(required(input, "taskToken"))) throw refusals.invalidToken();
      const value = parseJson(output, refusals.invalidOutput);
      if (exceedsLimit(output))
        throw refusals.invalidOutput("Output exceeds the maximum size of 262144 bytes");
      return send(input, ({ frame, nonce }) => ({
        kind: "answer",
        frame,
        nonce,
        answer: { kind: "result", value },
      }));
    },

    SendTaskFailure(input) {
      const { error, cause } = input;
      const failure = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
      return send(input, ({ frame, nonce }) => ({
        kind: "answer",
        frame,
        nonce,
        answer: { kind: "failed", failure },
      }));
    },

    SendTaskHeartbeat(input) {
      return send(input, ({ frame, nonce }) => ({ kind: "heartbeat", frame, nonce }));
    },
  };
}
