import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Command } from "commander";
import type { RunDetails } from "../../lambdas/runtime/ports/readers.ts";
import { isEnded } from "../../lib/contract/table.ts";
import { wantsJson } from "../answer.ts";
import { welcome } from "../definitions.ts";
import { filesIn, saveFile } from "../files.ts";
import { findRun } from "../find-run.ts";
import { followRun } from "../follow-run.ts";
import { print } from "../format.ts";
import { progressOf } from "../progress.ts";
import { commandOf } from "../self.ts";
import { sendEvent } from "../send-event.ts";
import { connect, type Session } from "../session.ts";
import { addressOf, consoleOf } from "./console.ts";

const LOOK_EVERY_MILLISECONDS = 400;
const WATCHED_RUNS = 50;

interface WatchOptions {
  welcome?: boolean;
  saveTo: string;
}

export function watch(): Command {
  return new Command("watch")
    .description("print what happens to runs, live; stop with Ctrl-C")
    .argument("[run]", "only this run, until it ends: its id, or the beginning of its id")
    .option("--welcome", "print the address of the console, and send a first event if there are no runs yet")
    .option("--save-to <folder>", "folder for the files of ended runs", ".millrace/files")
    .action(async (id: string | undefined, options: WatchOptions, command: Command) => {
      const session = await connect(command);
      if (id !== undefined) return await watchOne(session, id, wantsJson(command));
      if (options.welcome) await showConsole(command);
      await greet(session, options);
      await new Watcher(session, options.saveTo, wantsJson(command)).watch();
    });
}

async function watchOne(session: Session, id: string, json: boolean): Promise<void> {
  const { run } = await findRun(session, id);
  await followRun(session, run.run, (text) => print(json ? JSON.stringify({ run: run.run, text }) : text));
}

async function showConsole(command: Command): Promise<void> {
  const found = await consoleOf(command.optsWithGlobals<{ stack: string }>().stack);
  if (found) print(`The console: ${addressOf(found)}\n`);
}

async function greet(session: Session, options: WatchOptions): Promise<void> {
  if (!options.welcome || !welcome) return;
  const known = await session.reader.runs(1);
  if (known.length > 0) {
    print(`Open runs continue. "${commandOf("runs")}" lists them; send another event to start one.\n`);
    return;
  }
  const { event: contract, payload } = welcome;
  print(`No runs yet. Sending a first ${contract.name}: ${JSON.stringify(payload)}\n`);
  await sendEvent({ contract, payload, key: randomUUID() }, "millrace.welcome", session);
}

/** Prints each line of each run once. Skips runs that ended before the watcher started. */
class Watcher {
  private readonly printed = new Map<string, Set<string>>();
  private readonly finished = new Set<string>();
  private readonly session: Session;
  private readonly folder: string;
  private readonly since = new Date().toISOString();

  private readonly json: boolean;

  constructor(session: Session, folder: string, json: boolean) {
    this.session = session;
    this.folder = folder;
    this.json = json;
  }

  async watch(): Promise<never> {
    for (;;) {
      for (const { run, endedAt } of (await this.session.reader.runs(WATCHED_RUNS)).reverse()) {
        const over = endedAt !== undefined && endedAt < this.since && !this.printed.has(run);
        if (!over && !this.finished.has(run)) await this.print(run);
      }
      await pause(LOOK_EVERY_MILLISECONDS);
    }
  }

  private async print(run: string): Promise<void> {
    const details = await this.session.reader.run(run);
    if (!details) return;
    const printed = this.printed.get(run) ?? new Set();
    this.printed.set(run, printed);
    for (const { key, at, text } of progressOf(details)) {
      if (printed.has(key)) continue;
      printed.add(key);
      print(this.json ? JSON.stringify({ run, at, what: key, text: text.trim() }) : text);
    }
    if (!isEnded(details.run.status)) return;
    this.finished.add(run);
    await this.save(details);
  }

  private async save({ run }: RunDetails): Promise<void> {
    const paths = new Set<string>();
    for (const uri of filesIn(run.output))
      paths.add(await saveFile(uri, run.run, this.folder, this.session.artifacts));
    if (this.json) return;
    for (const path of paths) print(`${" ".repeat(12)}${path}`);
    print();
  }
}
