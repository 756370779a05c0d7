import { TEMPLATE_LIMITS, type TemplateLimit } from "../../../aws-limits/template-limits.ts";
import type { Measurement } from "./measure.ts";

/** The share of a limit from which a warning is reported. */
const WARN_FROM = 0.8;

/** What to do about each limit. Limits that are not listed concern names and texts of the app. */
const REMEDIES: Partial<Record<TemplateLimit, string>> = {
  resources:
    "Give steps that belong together a pool (definePool), which saves ten resources a step, or divide the workflow by w.child.",
  nestedResources:
    'Set `stacks: "separate"` on Millrace, so that each workflow and reaction has a stack of its own, and deploy with "cdk deploy --all".',
  templateBytes: 'Set `stacks: "separate"` on Millrace, or divide the app.',
  outputs: 'Set `stacks: "separate"` on Millrace, or divide the app.',
  parameters: 'Set `stacks: "separate"` on Millrace, or divide the app.',
  rolePolicies: "Grant by a common prefix of names, or move grants into a managed policy.",
  rulesOfBus:
    'Ask for more "Rules" of EventBridge in Service Quotas, or let several subscribers share an event name with `where`.',
  eventPattern: "Shorten the `where` of the trigger: a prefix or a field of its own matches many values.",
  stateMachineDefinition: "Divide the workflow: w.child starts a run with a state machine of its own.",
  functionEnvironment: "Set fewer variables, or read them from a parameter or a secret.",
};

export interface Finding {
  /** An error cannot be deployed; a warning can, or can after a quota increase. */
  readonly severity: "error" | "warning";
  readonly text: string;
}

/**
 * Exceeded limits in words, errors first; and limits that are nearly reached, if something can be done about
 * it.
 */
export function findings(measurements: readonly Measurement[]): Finding[] {
  const found = measurements.filter(isNear).map(finding);
  const of = (severity: Finding["severity"]) => found.filter((each) => each.severity === severity);
  return [...of("error"), ...of("warning")];
}

function isNear({ limit, value }: Measurement): boolean {
  const share = value / TEMPLATE_LIMITS[limit].most;
  return share > 1 || (share >= WARN_FROM && REMEDIES[limit] !== undefined);
}

function finding({ limit, value, where }: Measurement): Finding {
  const { service, what, most, unit, kind, source } = TEMPLATE_LIMITS[limit];
  const over = value > most;
  const raise = over && kind === "quota" ? "Request an increase in Service Quotas before you deploy." : "";
  const text = [
    `${where}: ${what} is ${format(value)} of ${format(most)} ${unit} (${service}, ${kind === "hard" ? "hard limit" : "quota"}).`,
    raise,
    REMEDIES[limit] ?? "",
    `See ${source}`,
  ];
  return {
    severity: over && kind === "hard" ? "error" : "warning",
    text: text.filter(Boolean).join(" "),
  };
}

const format = (value: number) => value.toLocaleString("en-US");
