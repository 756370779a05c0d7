/** The content of a task token: the attempt that it answers. The nonce makes it unguessable and valid for one attempt. */
export interface TaskToken {
  execution: number;
  frame: number;
  nonce: string;
}

const PREFIX = "AQCEAAAAKgAAAAM";

export function writeToken(token: TaskToken): string {
  const text = [token.execution, token.frame, token.nonce].join(" ");
  return PREFIX + Buffer.from(text).toString("base64url");
}

/** The token, or undefined for a text that is none. */
export function readToken(text: string): TaskToken | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const [execution, frame, nonce, ...rest] = Buffer.from(text.slice(PREFIX.length), "base64url")
    .toString()
    .split(" ");
  if (!nonce || rest.length > 0 || !/^\d{1,15}$/.test(execution!) || !/^\d{1,15}$/.test(frame!))
    return undefined;
  return { execution: Number(execution), frame: Number(frame), nonce };
}
