import { canonicalJson, digest } from "../../../lib/contract/canonical.ts";

/** Where the answers of one attempt of a step are stored, a model's and its tools', by number. */
export interface Records {
  read(call: number): Promise<Recorded | undefined>;
  write(call: number, record: Recorded): Promise<void>;
  /** Counts the calls of this invocation. */
  next(): number;
  /** The address of a record; undefined where none is stored. */
  address(call: number): string | undefined;
}

/** An answer with its request, so that the same request finds it. */
export interface Recorded {
  /** Of the prompt or the tool. */
  name: string;
  /** Digest of everything that was asked. */
  asked: string;
  /** What was asked, for people who trace the run. Absent in records of earlier versions. */
  request?: unknown;
  answer: unknown;
}

interface Question {
  name: string;
  asked: unknown;
}

/**
 * Makes a call, unless it was made before: after a crash of the worker, the next delivery reuses the answer
 * that was paid for. The next attempt of the step asks again, since the answer may be the reason why the last
 * one failed. `call` receives the address of its record.
 */
export async function recorded<Answer>(
  records: Records,
  question: Question,
  call: (address: string | undefined) => Promise<Answer>,
): Promise<Answer> {
  const number = records.next();
  const asked = digest(canonicalJson(question.asked));
  const known = await records.read(number);
  if (known?.asked === asked) return known.answer as Answer;
  const answer = await call(records.address(number));
  await records.write(number, { name: question.name, asked, request: question.asked, answer });
  return answer;
}
