import { setTimeout as pause } from "node:timers/promises";
import { assembly } from "./app.ts";
import { type Audit, audit } from "./audit.ts";
import { connect } from "./client.ts";
import { Ledger, Load } from "./load.ts";
import { Victim } from "./victim.ts";

export interface Kills {
  /** Folder of the data. */
  data: string;
  times: number;
  /** The longest that a process may live once it answers, in milliseconds. */
  life: number;
  /** How long everything may take to come to its end after the last kill, in milliseconds. */
  within: number;
  /** Decides when. */
  fraction: () => number;
  /** Called after each kill. */
  killed?: (times: number) => void;
}

/** Loads a local cloud, kills it again and again in the middle, and counts what is left of what it acknowledged. */
export async function killAndCount({
  data,
  times,
  life,
  within,
  fraction,
  killed,
}: Kills): Promise<Audit & { errors: string }> {
  const victim = new Victim(assembly(), data);
  victim.start();
  const client = await connect(victim);
  const ledger = new Ledger();
  const load = new Load(client, ledger, fraction);
  try {
    for (let n = 1; n <= times; n++) {
      await pause(fraction() * life);
      await victim.kill();
      victim.start();
      // One in four dies while it still starts.
      if (fraction() < 0.25) {
        await pause(fraction() * 1000);
        await victim.kill();
        victim.start();
      }
      await victim.up();
      killed?.(n);
    }
    await load.stopProducing();
    const result = await audit(client, ledger, within);
    await load.stop();
    return { ...result, errors: victim.errors };
  } finally {
    client.close();
    await victim.kill();
  }
}
