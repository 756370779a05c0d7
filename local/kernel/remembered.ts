/** A pure function of a text whose results are cached for the last `most` texts. Errors are not cached. */
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
