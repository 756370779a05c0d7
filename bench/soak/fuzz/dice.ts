import { seededRandom } from "../../../local/kernel/random.ts";

/** Choices that a seed repeats. */
export class Dice {
  private readonly fraction: () => number;

  constructor(seed: string) {
    this.fraction = seededRandom(seed).fraction;
  }

  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  /** Up to `limit` of what `make` makes. */
  some<T>(limit: number, make: () => T): T[] {
    return Array.from({ length: this.below(limit + 1) }, make);
  }
}
