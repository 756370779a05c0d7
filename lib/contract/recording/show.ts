import { type Comparison, comparable, type Divergence } from "./compare.ts";
import { differences } from "./differences.ts";
import type { Moment } from "./recording.ts";

/** Moments that are shown before the one that differs, and after it. */
const AROUND = { before: 3, after: 1 };
const WIDTH = 46;
const LONGEST_VALUE = 300;
const MOST_DIFFERENCES = 6;

/** The result of a comparison, for people: one line, or the recording and the replay next to each other. */
export function show(comparison: Comparison): string {
  if (comparison.same) {
    const { moments, places } = comparison;
    const among = places > 1 ? `, ${places - 1} branches and iterations among them` : "";
    return `the same path: ${moments} moments${among}.`;
  }
  const { first, elsewhere } = comparison;
  return [
    `another path ${where(first.place)}, from moment ${first.index + 1} on:`,
    "",
    ...sideBySide(first),
    "",
    ...explained(first),
    ...(elsewhere.length > 0 ? ["", `Later also ${elsewhere.map(where).join(", ")}.`] : []),
  ].join("\n");
}

function where(place: string): string {
  return place === "" ? "in the run itself" : `in ${place}`;
}

function sideBySide({ recorded, now, index }: Divergence): string[] {
  const from = Math.max(0, index - AROUND.before);
  const rows = Array.from({ length: index + AROUND.after + 1 - from }, (_, row) => from + row);
  const line = (sign: string, left: string, right: string) =>
    `  ${sign} ${left.padEnd(WIDTH)}  ${right}`.trimEnd();
  return [
    line(" ", "RECORDED", "NOW"),
    ...rows
      .filter((at) => recorded[at] || now[at] || at === index)
      .map((at) => line(at === index ? "≠" : " ", cell(recorded[at]), cell(now[at]))),
  ];
}

function cell(moment: Moment | undefined): string {
  const text = moment ? describe(moment) : "nothing more";
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
}

/** "called write-script", "left draw-storyboard", "ended SUCCEEDED" */
function describe({ what, state, type, value }: Moment): string {
  if (what === "ended") return `ended ${(value as { status: string }).status}`;
  return [what, state, ...(type && type !== "Task" ? [`(${type})`] : [])].join(" ");
}

function explained({ recorded, now, index }: Divergence): string[] {
  const [then, again] = [decisive(recorded, index), decisive(now, index)];
  if (!then) return [`It ${phrase(again!)}, which the run did not do.`, ...data(again!)];
  if (!again) return [`The run ${phrase(then)}, which does not happen any more.`, ...data(then)];
  if (describe(recorded[index]!) !== describe(now[index]!))
    return [`It ${phrase(again)}, where the run ${phrase(then)}.`, ...data(again)];
  return [`It ${phrase(now[index]!)} with other data:`, ...changes(recorded[index]!, now[index]!)];
}

function changes(then: Moment, again: Moment): string[] {
  const [before, after] = [then, again].map(({ what, value }) => byStep(comparable(what, value)));
  const found = differences(before, after);
  const shown = found.slice(0, MOST_DIFFERENCES).map(({ path, before, after }) => {
    const part = path === "" ? "the value" : path;
    return `  ${part}: recorded ${json(before)}, now ${json(after)}`;
  });
  const left = found.length - shown.length;
  return left > 0 ? [...shown, `  and ${left} more`] : shown;
}

/** The message of a group with its steps by their paths, so that a difference names its step. */
function byStep(value: any): unknown {
  const group = value?.MessageBody?.group;
  if (!Array.isArray(group?.steps)) return value;
  const steps = Object.fromEntries(group.steps.map((step: { path: string }) => [step.path, step]));
  return { ...value, MessageBody: { ...value.MessageBody, group: { ...group, steps } } };
}

/** For a state that makes a call when it is entered, the call is more informative. */
function decisive(moments: readonly Moment[], index: number): Moment | undefined {
  const [moment, next] = [moments[index], moments[index + 1]];
  return moment?.what === "entered" && next?.what === "called" ? next : moment;
}

/** "asks for step publish at path publish" */
function phrase({ what, state, value }: Moment): string {
  switch (what) {
    case "entered":
      return `enters state "${state}"`;
    case "called":
      return asked(state, value);
    case "answered":
      return `continues from "${state}" with an answer`;
    case "failed":
      return `fails in "${state}"`;
    case "timed out":
      return `waits too long in "${state}"`;
    case "left":
      return `leaves state "${state}"`;
    case "ended":
      return `ends as ${(value as { status: string }).status}`;
  }
}

function asked(state: string, parameters: any): string {
  const message = parameters?.MessageBody ?? {};
  if (message.group !== undefined)
    return `asks for the group of ${message.group.steps.map(({ path }: { path: string }) => path).join(", ")}`;
  if (message.step !== undefined) return `asks for step "${message.step}" at path ${message.path}`;
  if (message.approval !== undefined) return `asks ${message.approval} at path ${message.path}`;
  if (message.kind === "event") return `waits for ${message.event} of ${message.key}`;
  if (message.kind === "child") return `calls workflow "${message.workflow}"`;
  return `calls the resource of "${state}"`;
}

function data({ what, value }: Moment): string[] {
  if (what === "failed" || what === "ended") return [`  with ${json(value)}`];
  if (what !== "called") return [];
  const message = (value as { MessageBody?: { input?: unknown; show?: unknown } }).MessageBody;
  return [`  with ${json(message?.input ?? message?.show ?? message ?? value)}`];
}

function json(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
