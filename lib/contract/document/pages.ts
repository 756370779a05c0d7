import { type EventContract, versionsOf } from "../event.ts";
import { jsonSchemaOf } from "../schema.ts";
import { exampleOf } from "./example.ts";
import { type Field, fieldsOf } from "./fields.ts";
import { eventsAmong, type Participant } from "./participant.ts";

/** A file of the documentation, by its path in its folder. */
export interface Page {
  path: string;
  text: string;
}

/** Markdown pages: one with all events, and one for each. */
export function pagesOf(participants: readonly Participant[]): Page[] {
  const events = eventsAmong(participants);
  return [
    { path: "README.md", text: overview(events, participants) },
    ...events.map((contract) => ({ path: `${contract.name}.md`, text: pageOf(contract, participants) })),
  ];
}

/** Whether a file of this name is the page of an event. */
export function isEventPage(path: string): boolean {
  return /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+\.md$/.test(path);
}

function overview(events: readonly EventContract[], participants: readonly Participant[]): string {
  const rows = events.map((contract) => [
    `[${contract.name}](${contract.name}.md)`,
    versionsOf(contract)
      .map(({ version }) => version)
      .join(", "),
    sendersOf(contract, participants).join(", ") || "from outside",
    takersOf(contract, participants).join(", ") || "nobody here",
  ]);
  return join(
    "# Events",
    "Written by `millrace contracts document` from the contracts in the code. The same as AsyncAPI: [asyncapi.json](asyncapi.json).",
    table(["Event", "Versions", "Sent by", "Taken by"], rows),
  );
}

function pageOf(contract: EventContract, participants: readonly Participant[]): string {
  const senders = sendersOf(contract, participants);
  const takers = takersOf(contract, participants);
  return join(
    `# ${contract.name}`,
    String(inputOf(contract).description ?? ""),
    [
      `- Sent by: ${senders.join(", ") || "producers outside"}`,
      `- Taken by: ${takers.join(", ") || "nobody here"}`,
      `- The same event again is known by: ${identityText(contract)}`,
      `- A change of a version must not break: ${COMPATIBILITY[contract.compatibility]}`,
    ].join("\n"),
    ...versionsOf(contract).flatMap(versionText),
  );
}

const COMPATIBILITY = {
  backward: "producers that go on as before",
  forward: "subscribers that are not deployed anew",
  full: "producers that go on as before, nor subscribers that are not deployed anew",
  none: "nobody; it may change in any way",
};

function identityText({ identity }: EventContract): string {
  if (identity === undefined) return "its id";
  return identity === "content" ? "its payload" : "a key of its payload";
}

function versionText(contract: EventContract): string[] {
  const fields = fieldsOf(inputOf(contract));
  return [
    `## Version ${contract.version}`,
    fields.length > 0 ? table(["Field", "Type", "Required", "Rules", "Meaning"], fields.map(row)) : "",
    `\`\`\`json\n${JSON.stringify(exampleOf(contract), null, 2)}\n\`\`\``,
  ];
}

function row({ path, type, required, rules, description }: Field): string[] {
  return [`\`${path}\``, type, required ? "yes" : "no", rules, description];
}

function inputOf({ name, version, schema }: EventContract) {
  return jsonSchemaOf(schema, "input", `Event "${name}" version ${version}`);
}

function sendersOf({ name }: EventContract, participants: readonly Participant[]): string[] {
  return participants
    .filter(({ sends }) => sends.some((sent) => sent.name === name))
    .map((one) => `${one.kind} ${one.name}`);
}

function takersOf({ name }: EventContract, participants: readonly Participant[]): string[] {
  return participants.flatMap((one) =>
    one.takes
      .filter(({ contract }) => contract.name === name)
      .map(({ why }) => `${one.kind} ${one.name} (${why})`),
  );
}

function table(head: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function join(...parts: string[]): string {
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}
