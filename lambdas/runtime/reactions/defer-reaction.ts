import { deferredKey } from "../../../lib/contract/keys/deferred.ts";
import type { DeferredItem } from "../../../lib/contract/table.ts";
import { type Deferral, deferredAs, deferWhile, type OwnDeferral } from "../defer/defer.ts";
import { arrivedEvent } from "../ledger/receipt.ts";
import type { Reacting } from "./effect.ts";
import { deferredMessage } from "./message.ts";
import type { ReactOutcome } from "./outcome.ts";
import type { ReactPorts } from "./ports.ts";

/**
 * Defers the current message until `due` (epoch milliseconds), or until an operator resumes the reaction, and
 * releases its claim.
 */
export async function deferReaction(
  reacting: Reacting,
  { reason, due }: Deferral,
  ports: ReactPorts,
): Promise<ReactOutcome> {
  const { reaction } = reacting;
  const { key, owner } = reacting.effect;
  const item = await deferredItem(reacting, { reason, due, owner }, ports);
  const stillPaused = async () => {
    const { control } = await ports.starts.read(key, reaction.name, undefined);
    return control?.paused !== undefined || control?.drained !== undefined;
  };
  const deferred = await deferWhile(item, stillPaused, ports, () => ports.claims.release(key, owner));
  ports.metrics.count("ReactionsDeferred");
  return deferred === "resumed"
    ? { kind: "later", at: ports.now(), why: "the pause ends" }
    : { kind: "deferred", why: reason, due };
}

async function deferredItem(
  { id, delivered, reaction: { name }, effect: { message } }: Reacting,
  deferral: OwnDeferral,
  ports: ReactPorts,
): Promise<DeferredItem> {
  const { epoch } = message.run;
  const deferred = {
    // By event, so that each of two events with one identity gets an outcome, whether their payloads agree or
    // not.
    ...deferredKey(id, epoch, `${name}#${delivered.envelope.id}`, "do"),
    run: id,
    epoch,
    workflow: name,
    step: name,
    path: name,
    event: arrivedEvent(delivered.envelope),
    message: await deferredMessage(delivered, id, ports.artifactsOf(id)),
    fence: 0,
  };
  return deferredAs(deferred, deferral, ports, ports.now());
}
