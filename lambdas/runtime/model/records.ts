import { canonicalJson, digest } from "../../../lib/contract/canonical.ts";
import type { RawAnswer } from "./answer.ts";
import type { Prompt } from "./prompt.ts";

/** Where the answers of one try of a step are kept, by their number. */
export interface Records {
  read(call: number): Promise<Recorded | undefined>;
  write(call: number, record: Recorded): Promise<void>;
  /** Counts the calls of this invocation. */
  next(): number;
}

/** An answer with what was asked, so that it is known again. */
export interface Recorded {
  prompt: string;
  model: string;
  /** Digest of everything that was asked. */
  asked: string;
  answer: RawAnswer;
}

interface Question {
  prompt: Prompt;
  messages: unknown[];
  model: string;
}

/**
 * Makes a call, unless it was made before: a step that died after it takes the answer that it paid for. The next try of
 * the step asks anew, since the answer may be why the last one failed.
 */
export async function recorded(
  records: Records,
  { prompt, messages, model }: Question,
  call: () => Promise<RawAnswer>,
): Promise<RawAnswer> {
  const number = records.next();
  const asked = digest(canonicalJson({ instructions: prompt.instructions, messages, model }));
  const known = await records.read(number);
  if (known?.asked === asked) return known.answer;
  const answer = await call();
  await records.write(number, { prompt: prompt.name, model, asked, answer });
  return answer;
}
