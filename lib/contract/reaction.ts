import { type Budget, toUsage } from "./budget.ts";
import { DefinitionError } from "./definition-error.ts";
import { DEFAULT_WITHIN, type DeliveryOptions, type DeliverySpec, deliverySpec } from "./delivery.ts";
import { type Duration, seconds } from "./duration.ts";
import type { EventContract } from "./event.ts";
import { emptyFields, type Pattern } from "./pattern.ts";
import { refuseOther } from "./refuse-other.ts";
import type { InputOf } from "./schema.ts";
import { mostAttempts, type WorkOptions, type WorkSpec, workSpec } from "./work.ts";

type On = EventContract | readonly EventContract[];
type EventsOf<O extends On> = O extends readonly EventContract[] ? O : readonly [Extract<O, EventContract>];
type SentOf<O extends On> = InputOf<EventsOf<O>[number]["schema"]>;

/** The options of a reaction. */
interface ReactionOptions<O extends On, Emits extends readonly EventContract[]> extends WorkOptions<Emits> {
  /** The event or events that it handles. */
  on: O;
  /** Which of these events, by the fields that all of them have, as producers send them. @default all */
  where?: Pattern<SentOf<O>>;
  /**
   * An event with more causes than this between itself and the outside is considered part of a loop. @default
   * 32
   */
  mostHops?: number;
  /** The deadline to handle or defer each event. */
  delivery?: DeliveryOptions;
  /**
   * The maximum cost of one attempt. A call whose estimate exceeds what is left is not made: the event
   * becomes a dead letter, and an operator is asked. @default no limit
   */
  budget?: Budget;
}

/** A reaction: code that runs once for each event, and may emit events. There is no state machine. */
export interface ReactionSpec<
  Name extends string = string,
  Events extends readonly EventContract[] = readonly EventContract[],
  Emits extends readonly EventContract[] = readonly EventContract[],
> extends WorkSpec<Name> {
  readonly on: Events;
  readonly where: object | undefined;
  readonly emits: Emits;
  readonly mostHops: number;
  readonly delivery: DeliverySpec;
  readonly budget: Budget | undefined;
  /** Set where it posts its events to a URL: where the attributes of the CloudEvents are. */
  readonly posts?: "structured" | "binary";
}

/** Each attempt is one delivery by a queue, which gives a message up after a thousand. */
const MOST_ATTEMPTS = 100;
const DEFAULT_HOPS = 32;

/** Declares a reaction. Throws a DefinitionError that names the invalid option. */
export function defineReaction<
  const Name extends string,
  const O extends On,
  const Emits extends readonly EventContract[] = readonly [],
>(name: Name, options: ReactionOptions<O, Emits>): ReactionSpec<Name, EventsOf<O>, Emits> {
  const { where, mostHops = DEFAULT_HOPS, emits = [], budget } = options;
  const on = [options.on].flat() as readonly EventContract[] as EventsOf<O>;
  for (const event of on)
    refuseOther(event, {
      has: "schema",
      use: `Reaction "${name}" handles`,
      instead: 'an event. Give "on" what defineEvent returns.',
    });
  const names = on.map((event) => event.name);
  const repeated = names.find((event, at) => names.indexOf(event) !== at);
  const unconditional = emptyFields(where ?? {});
  const work = workSpec("Reaction", name, options);
  const rules: [boolean, string][] = [
    [names.length > 0, `"on" names no event. Add at least one`],
    [repeated === undefined, `"on" names the event "${repeated}" twice. Remove one`],
    [unconditional.length === 0, `where.${unconditional[0]} has no condition. Add one, or remove the field`],
    [
      mostAttempts(work.retry) <= MOST_ATTEMPTS,
      `${work.retry.most === undefined ? "retry.attempts" : "retry.most"} is ${mostAttempts(work.retry)}; at most ${MOST_ATTEMPTS}`,
    ],
  ];
  const broken = rules.filter(([holds]) => !holds).map(([, rule]) => rule);
  if (broken.length > 0) throw new DefinitionError(`Reaction "${name}": ${broken.join(". ")}.`);
  if (budget) toUsage(budget);
  const delivery = deliverySpec(`Reaction "${name}"`, options.delivery, afterOneTry(work.timeout));
  return { ...work, on, where, mostHops, delivery, budget, emits: emits as Emits };
}

/** The only sign that an event is being handled is the outcome. */
function afterOneTry(timeout: Duration): Duration {
  return `${seconds(DEFAULT_WITHIN) + seconds(timeout)} seconds`;
}
