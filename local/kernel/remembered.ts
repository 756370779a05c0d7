/** A pure function of a text that is computed once for each of the texts that came last, `most` of them. What it throws is not kept. */
export function remembered<Answer>(
  most: number,
  compute: (text: string) => Answer,
): (text: string) => Readonly<Answer> {
  const answers = new Map<string, Answer>();
  return (text) => {
    if (answers.has(text)) return answers.get(text)!;
    const answer = compute(text);
    if (answers.size >= most) answers.delete(answers.keys().next().value!);
    answers.set(text, answer);
    return answer;
  };
}
