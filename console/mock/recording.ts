import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FeedChange } from "../src/api/types.ts";

/** A part of what was recorded: what has happened between two times, and what the API answers since. */
export interface Part {
  name: string;
  /** ISO times of its beginning and its end. */
  from: string;
  to: string;
  /** The command of an operator that caused it, and its answer. */
  command?: { path: string; status: number; answer: unknown };
  /** The changes that live updates announced. */
  feed: FeedChange[];
  /** Answers by what was asked ("/runs/a/log"), items of lists ("/runs#a"), and null for what is gone. */
  changed: Record<string, unknown>;
}

const FOLDER = join(import.meta.dirname, "../recorded");

export const readParts = (): Part[] =>
  readdirSync(FOLDER)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(FOLDER, file), "utf8")));

/**
 * The answers of a recorded app, with times as if it had been recorded just now. It continues where a part is played: a
 * command by the operator who gives it, anything else by its name.
 */
export class Recording {
  /** Updates so far. */
  readonly feed: FeedChange[][] = [];
  private answers = new Map<string, unknown>();
  private readonly parts: Part[];
  private readonly now: () => number;
  /** Milliseconds from a recorded time to the time that is shown for it. */
  private readonly shift: number;
  private readonly listeners = new Set<() => void>();

  /** Begins at the end of a part. */
  constructor(part: string, now: () => number) {
    const parts = readParts();
    const begins = placeOf(part, parts);
    this.now = now;
    this.shift = now() - Date.parse(parts[begins]!.to);
    for (const { changed } of parts.slice(0, begins + 1)) this.apply(movedBy(() => this.shift, changed));
    this.parts = parts.slice(begins + 1);
  }

  /** The answer to a question, undefined if there is none. */
  answer(name: string): unknown {
    return this.answers.get(name);
  }

  /** The items of a list, the newest first. */
  items<Item>(list: string): Item[] {
    return [...this.answers].flatMap(([name, item]) => (name.startsWith(`${list}#`) ? [item as Item] : []));
  }

  /** All names of answers that begin so. */
  namesOf(beginning: string): string[] {
    return [...this.answers.keys()].filter((name) => name.startsWith(beginning));
  }

  /** Changes answers as no part does. */
  set(name: string, answer: unknown): void {
    this.answers.set(name, answer);
  }

  /** Plays a part that is no command. */
  play(name: string): void {
    this.take(placeOf(name, this.parts));
  }

  /** Gives a command. Undefined if it was not recorded, or has been given before. */
  command(path: string): Part["command"] {
    const at = this.parts.findIndex(({ command }) => command?.path === path);
    if (at < 0) return undefined;
    const before = this.parts[at - 1];
    const isCause = before !== undefined && before.command === undefined;
    if (isCause) this.take(at - 1);
    return this.take(isCause ? at - 1 : at).command;
  }

  /** Resolves when the feed has grown, or after some milliseconds. */
  async changed(patience: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.listeners.delete(end);
        resolve();
      };
      const timer = setTimeout(end, patience);
      this.listeners.add(end);
    });
  }

  private take(at: number): Part {
    const [part] = this.parts.splice(at, 1);
    const { from, to } = part!;
    // It ends now: what has happened in it moves by more than what was before it.
    const since = this.now() - Date.parse(to);
    const played = movedBy((time) => (time > from ? since : this.shift), part!);
    this.apply(played.changed);
    this.feed.push(played.feed);
    for (const listener of this.listeners) listener();
    return played;
  }

  private apply(changed: Part["changed"]): void {
    const all = Object.entries(changed);
    const fresh = all.filter(([name]) => !this.answers.has(name));
    this.answers = new Map([...fresh, ...this.answers, ...all]);
    for (const [name, answer] of all) if (answer === null) this.answers.delete(name);
  }
}

function placeOf(name: string, parts: readonly Part[]): number {
  const names = parts.map((part) => part.name);
  if (!names.includes(name))
    throw new Error(`There is no part "${name}" to play. Choose one of: ${names.join(", ")}.`);
  return names.indexOf(name);
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** The same with each time moved by some milliseconds. */
function movedBy<Recorded>(by: (time: string) => number, recorded: Recorded): Recorded {
  const moved = (time: string) => new Date(Date.parse(time) + by(time)).toISOString();
  return JSON.parse(JSON.stringify(recorded).replace(TIME, moved));
}
