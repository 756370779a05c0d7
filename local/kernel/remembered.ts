/** A pure function of a text, a number or undefined. The results for the last `most` of them are cached; errors are not. */
export function remembered<Answer, Key extends string | number | undefined = string>(
  most: number,
  compute: (key: Key) => Answer,
): (key: Key) => Readonly<Answer> {
  const answers = new Map<Key, Answer>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined || answers.has(key)) return known!;
    const answer = compute(key);
    if (answers.size >= most) answers.delete(answers.keys().next().value!);
    answers.set(key, answer);
    return answer;
  };
}
