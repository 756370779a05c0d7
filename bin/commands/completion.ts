import { Command } from "commander";
import { eventsAmong } from "../../lib/contract/document/participant.ts";
import { knownLimits, participantsOf } from "../../lib/index.ts";
import { reactions, workflows } from "../definitions.ts";
import { print } from "../format.ts";

const SCRIPTS = {
  bash: `_millrace() {
  COMPREPLY=($(compgen -W "$(millrace complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _millrace millrace`,
  zsh: `_millrace() {
  compadd -- \${(f)"$(millrace complete -- "\${words[@]:1:$((CURRENT - 1))}" 2>/dev/null)"} || _files
}
compdef _millrace millrace`,
  fish: `complete -c millrace -f -a '(millrace complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
};

export function completion(): Command {
  return new Command("completion")
    .description("print a script that completes commands, options and names in a shell")
    .argument("<shell>", "bash, zsh or fish")
    .addHelpText("after", "\nExample:\n  echo 'source <(millrace completion bash)' >> ~/.bashrc")
    .action((shell: string, _options: unknown, command: Command) => {
      const script = SCRIPTS[shell as keyof typeof SCRIPTS];
      if (!script) command.error(`There is no completion for "${shell}". Use bash, zsh or fish.`);
      print(script);
    });
}

/** The possible next words: for the scripts. */
export function complete(): Command {
  return new Command("complete")
    .argument("[words...]")
    .allowUnknownOption()
    .action((words: string[], _options: unknown, command: Command) => {
      for (const word of candidates(command.parent!, words)) print(word);
    });
}

/** Words that may replace the last one. */
export function candidates(program: Command, words: readonly string[]): string[] {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? "";
  const named = before.filter((word) => !word.startsWith("-"));
  let command = program;
  for (const word of named) command = command.commands.find((one) => one.name() === word) ?? command;
  const options = [...command.options, ...(command === program ? [] : program.options)];
  const values = options.find(({ long, short }) => [long, short].includes(before.at(-1)))?.argChoices;
  const choices =
    values ??
    (last.startsWith("-")
      ? options.filter(({ hidden }) => !hidden).map(({ long }) => long!)
      : [
          ...command.commands.map((one) => one.name()).filter((name) => name !== "complete"),
          ...namesFor(command.name()),
        ]);
  return choices.filter((choice) => choice.startsWith(last)).sort();
}

/** Names of events, workflows and reactions, depending on the command. */
function namesFor(command: string): string[] {
  const names = (all: readonly { name: string }[]) => [...new Set(all.map(({ name }) => name))];
  if (command === "send") return names(eventsAmong(participantsOf(workflows, reactions)));
  if (command === "start" || command === "versions") return names(workflows);
  if (command === "limits") return names(knownLimits(workflows));
  return ["cost", "drain", "pause", "resume", "backfill", "settings"].includes(command)
    ? names([...workflows, ...reactions])
    : [];
}
