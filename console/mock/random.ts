/** A number in [0, 1) that is always the same for the same words: fixtures look random, and never change. */
export function chance(...words: (string | number)[]): number {
  let hash = 2_166_136_261;
  for (const letter of words.join("|")) {
    hash ^= letter.charCodeAt(0);
    hash = Math.imul(hash, 16_777_619);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 2_246_822_507);
  hash ^= hash >>> 13;
  return (hash >>> 0) / 4_294_967_296;
}

export function oneOf<T>(choices: readonly T[], ...words: (string | number)[]): T {
  return choices[Math.floor(chance(...words) * choices.length)]!;
}

/** Letters and digits as ids have them. */
export function id(length: number, ...words: (string | number)[]): string {
  let rest = chance("id", ...words);
  let made = "";
  for (let place = 0; place < length; place++) {
    if (place % 6 === 5) rest = chance(rest);
    rest *= LETTERS.length;
    made += LETTERS[Math.floor(rest)];
    rest -= Math.floor(rest);
  }
  return made;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
