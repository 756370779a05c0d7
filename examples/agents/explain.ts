import { html, type Markup } from "./markup.ts";
import type { Opinion, Reply, ResolvedEvent, Task, ToolCall, Turn, Verdict } from "./protocol.ts";

/**
 * The page that explains a task's answer: who was asked, with what, the answers and their cost, including
 * those of agents that other agents asked. One HTML file without dependencies.
 */
export function explain(
  task: Task,
  settled: ResolvedEvent,
  verdict: Verdict,
  opinions: readonly Opinion[],
): string {
  const { subject, taskId, kind, settledBy, why, usd, confidence } = settled;
  return String(html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Why: ${subject}</title>
<style>${STYLE}</style>
<h1>${subject}</h1>
<p>${kind} <code>${taskId}</code>, settled by ${BY[settledBy]}, confidence ${percent(confidence)}, ${dollars(usd)}</p>
<h2>Answer</h2>
${fields(settled.answer)}
${settled.text && html`<pre>${settled.text}</pre>`}
<p>${why}</p>
<h2>What was asked</h2>
${fields(task.payload)}
<h2>What was found</h2>
<table>
<tr><th>about<th>found<th>confidence<th>others said
${verdict.findings.map(({ about, value, confidence, against }) => html`<tr><td>${about}<td>${value}<td>${percent(confidence)}<td>${against.join(", ")}\n`)}
</table>
<h2>Who was asked</h2>
${opinions.map(opinionOf)}
</html>
`);
}

const BY = { agents: "the agents", person: "a person", timeout: "no one, in time" } as const;

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem } pre { white-space: pre-wrap }
table, dl { font-size: .95rem } th { text-align: left } th, td { padding: .1rem 1rem .1rem 0; vertical-align: top }
details { border-left: 3px solid #d5d5d5; padding-left: 1rem; margin: .5rem 0 } summary { cursor: pointer }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem } dt { color: #666 } dd { margin: 0 }
@media (prefers-color-scheme: dark) { body { color: #e6e6e6; background: #16181d } dt { color: #999 } details { border-color: #444 } }
`;

function opinionOf({
  agent,
  capability,
  status,
  reason,
  why,
  payload,
  claims,
  evidence,
  usd,
  turns,
}: Opinion): Markup {
  return html`<details open>
<summary><b>${agent}</b> for ${capability}: ${status}${reason && html` (${reason})`}, ${dollars(usd)}</summary>
<p>Chosen: ${why}</p>
${claims.length > 0 && html`<ul>${claims.map(({ about, value, confidence }) => html`<li>${about}: <b>${value}</b>, ${percent(confidence)}`)}</ul>`}
${evidence.length > 0 && html`<p>Evidence</p><ul>${evidence.map(({ source, text }) => html`<li>${source}: ${text}`)}</ul>`}
<p>Given</p>${fields(payload)}
${turns.map(turnOf)}
</details>
`;
}

function turnOf(turn: Turn, at: number): Markup {
  return html`<p>Turn ${at + 1}, ${turn.at}: ${moveOf(turn)}, ${dollars(turn.usd)}</p>${(turn.calls ?? []).map(callOf)}${turn.replies.map(replyOf)}`;
}

function callOf({ tool, given, got }: ToolCall): Markup {
  return html`<p>Called <code>${tool}</code></p>${fields({ with: given, got })}`;
}

function moveOf({ move }: Turn): string {
  switch (move.kind) {
    case "answer":
      return "answers";
    case "ask":
      return `asks for ${move.questions.map(({ capability }) => capability).join(", ")}`;
    case "spawn":
      return `makes ${move.tasks.length} tasks: ${move.tasks.map(({ subject }) => subject).join("; ")}`;
    case "wait":
      return `waits for news of ${move.key}: ${move.why}`;
    case "hand-over":
      return `hands over: ${move.why}`;
  }
}

function replyOf({ kind, value }: Reply): Markup {
  switch (kind) {
    case "opinion":
      return opinionOf(value as Opinion);
    case "settled": {
      const { taskId, subject, answer, usd } = value as ResolvedEvent;
      return html`<details><summary>Task <code>${taskId}</code>, ${subject}: ${dollars(usd)}</summary>${fields(answer)}</details>`;
    }
    case "news":
      return html`<p>Received:</p>${fields(value as Record<string, unknown>)}`;
    case "refusal":
      return html`<p>Refused: ${String(value)}</p>`;
    case "nothing":
      return html`<p>Nothing came of it: ${typeof value === "string" ? value : JSON.stringify(value)}</p>`;
  }
}

function fields(record: Record<string, unknown>): Markup {
  return html`<dl>${Object.entries(record).map(
    ([name, value]) => html`<dt>${name}<dd>${typeof value === "string" ? value : JSON.stringify(value)}`,
  )}</dl>`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(4)}`;
}
