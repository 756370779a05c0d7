import type { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { settingsCatalogue } from "../workflow/settings.ts";
import type { AppDefinitions } from "./app-definitions.ts";
import { Approvals } from "./approvals.ts";
import { BreakerAlarms } from "./breaker-alarms.ts";
import { CompletionHandler } from "./completion-handler.ts";
import { Control } from "./control.ts";
import { DeadLetterCollector } from "./dead-letter-collector.ts";
import { DeadLetters } from "./dead-letters.ts";
import { DeployedQueues } from "./deployed-queues.ts";
import type { HandlerFunction } from "./handler-function.ts";
import { Ledger } from "./ledger.ts";
import type { ReservedConcurrency } from "./millrace-props.ts";
import { OutboxRelay } from "./outbox-relay.ts";
import { OWN_QUEUES } from "./own-queues.ts";
import type { PartStacks } from "./part-stack.ts";
import type { Platform } from "./platform.ts";
import { Releases } from "./releases.ts";
import { Waits } from "./waits.ts";

/** What Millrace itself does for all workflows and reactions: its own functions, with their queues. */
export interface Services {
  /** Publishes and logs the changes of the table. */
  readonly relay: OutboxRelay;
  /** All functions that publish and log changes: the relay's, and the reconciler's. */
  readonly publishers: readonly HandlerFunction[];
  /** Stores dead letters. */
  readonly collector: DeadLetterCollector;
  /** Carries out operator actions. */
  readonly control: Control;
  /** Asks people, and delivers their decisions. */
  readonly approvals: Approvals;
  /** Ends runs, and reconciles what events missed. */
  readonly completion: CompletionHandler;
  /** Alarms of the breakers that steps and reactions share. */
  readonly breakers: BreakerAlarms;
  /** Delivers events to the runs that wait for them. */
  readonly waits: Waits;
  /** Records every delivery; undefined if no subscription is recorded. */
  readonly ledger: Ledger | undefined;
  /** Records each deployment. */
  readonly releases: Releases;
}

export interface ServicesProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  readonly app: AppDefinitions;
  /** Gets the stack of the ledger's rules. */
  readonly parts: PartStacks;
  /** @default none */
  readonly reservedConcurrency?: ReservedConcurrency | undefined;
}

/** Creates Millrace's own functions, with their queues and alarms. */
export function createServices(scope: Construct, props: ServicesProps): Services {
  const { platform, app, parts, reservedConcurrency = {} } = props;
  const relay = new OutboxRelay(scope, "Relay", {
    platform,
    reservedConcurrency: reservedConcurrency.relay,
  });

  const isRecorded = app.recorded.length > 0;
  const { ledger: ledgerQueue, ...others } = OWN_QUEUES;
  const queues = isRecorded ? [...Object.values(others), ledgerQueue] : Object.values(others);
  const collector = new DeadLetterCollector(scope, "DeadLetterCollector", { platform });
  const deadLetters = new DeadLetters(scope, "DeadLetters", {
    collector,
    owner: "millrace",
    subscribers: queues.map(({ name }) => name),
  });
  collector.knowQueue(deadLetters.queue);
  platform.stateMachines.grantTaskResponse(collector.handler, "Success", "Failure");

  const control = new Control(scope, "Control", {
    platform,
    workflows: app.workflowNames,
    reactions: app.reactionNames,
    settings: settingsCatalogue(app.workflows, app.reactions),
    deadLetters,
    reservedConcurrency: reservedConcurrency.control,
  });
  const core = { platform, control, deadLetters };
  const approvals = new Approvals(scope, "Approvals", core);
  const completion = new CompletionHandler(scope, "Completion", {
    ...core,
    relay,
    workflows: app.workflowNames,
  });
  const breakers = new BreakerAlarms(scope, "Breakers", { work: app.work });
  const waits = new Waits(scope, "Waits", { ...core, events: app.awaited });

  const publishers = [relay.handler, completion.reconcile];
  if (app.logged.length > 0)
    for (const publisher of publishers)
      publisher.addEnvironment(ENVIRONMENT.loggedSteps, app.logged.join(","));
  const ledger = isRecorded
    ? new Ledger(scope, "Ledger", {
        ...core,
        subscriptions: app.recorded,
        markers: [...publishers, waits.handler],
        ruleStack: parts.add("ledger-rules", "Rules of the ledger"),
      })
    : undefined;

  const releases = new Releases(scope, "Releases", {
    platform,
    workflows: app.workflowNames,
    awaited: app.awaited,
  });
  const owners = [waits, approvals, control, completion, ledger];
  new DeployedQueues(scope, "Queues", {
    releases,
    queues: owners.flatMap((owner) => owner?.deployed ?? []),
  });
  return {
    relay,
    publishers,
    collector,
    control,
    approvals,
    completion,
    breakers,
    waits,
    ledger,
    releases,
  };
}
