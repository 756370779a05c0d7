import type { CallFault, Duration, Simulation } from "../../../local/simulate.ts";
import type { Requests } from "../../end-to-end/api/requests.ts";
import { actionsOf, ORDER } from "./actions.ts";
import type { Failing } from "./stand-ins.ts";

export interface Stage {
  cloud: Simulation;
  requests: Requests;
  failing: Failing;
  /** The fault that ends the process of send-parcel. */
  crash: CallFault;
}

/** Records what a part of the story changes. Parts are recorded in this order; the mock plays commands in any order. */
interface Recorder {
  /** Something that happens without the console. */
  happening(name: string, happens: () => Promise<unknown>): Promise<void>;
  /** A command of an operator, and what happens in the time after it. */
  command(name: string, path: string, body: object, after?: Duration): Promise<void>;
}

const ACCOUNTS = { "stock#mug": 1_000, "card#ada": 900_000, "card#grace": 1_000 };

/** A day of the studio and of the shop, and what an operator then does. */
export async function play({ cloud, requests, failing, crash }: Stage, recorder: Recorder): Promise<void> {
  const actions = actionsOf(cloud, requests);
  const { film, order, decide, runOf, publish } = actions;
  const advance = cloud.advance;
  const { happening, command } = recorder;

  await command(
    "send the first event",
    "/events",
    {
      name: "video.requested",
      version: 2,
      payload: { videoId: "lighthouses", topic: "lighthouses", scenes: 3 },
      why: "a first film",
    },
    "5 seconds",
  );

  await happening("two hours of work", async () => {
    for (const [id, cents] of Object.entries(ACCOUNTS)) await actions.setAmount(id, cents);
    await advance("2 minutes");
    await decide("lighthouses", "approve", "lovely");
    await film("tides", 4);
    await order("o-4701");
    await advance("3 minutes");
    await decide("tides", "reject", "scene 2: darker");
    await advance("4 minutes");
    await decide("tides", "approve", "much better");
    await order("o-4702");
    await publish("parcel.delivered", { orderId: "o-4701", signedBy: "Ada" });
    await advance("7 minutes");
    await order("o-4703", { card: "grace" });
    await advance("1 minute");
    await actions.setAmount("card#grace", 5_000);
    await actions.post(`/runs/${await runOf("o-4703")}/retry`, { why: "the card has money again" });
    // The same order with another payload, and a film of too many scenes: both are quarantined.
    await publish("order.placed", { orderId: "o-4701", ...ORDER, quantity: 9 });
    await film("everything", 99);
    const values = { deadline: "1 day" };
    await actions.post("/settings/workflow/produce-video", { values, revision: 0, why: "films are news" });
    await advance("20 minutes");
    await order("o-4704", { card: "hugo" });
    failing.add("thank-customer");
    await order("o-4705");
    await advance("20 minutes");
    const subscriber = "thank-customer";
    const from = new Date(cloud.now() - 3_600_000).toISOString();
    await actions.post("/replays", { subscriber, from, dry: true, why: "how many cards are missing?" });
    failing.clear();
    await advance("20 minutes");
    crash.chance = 1;
    await order("o-4706");
    await advance("40 minutes");
    crash.chance = 0;
    await actions.stopReading("thank-customer");
    await order("o-4707");
    await advance("1 minute");
    await actions.post(`/runs/${await actions.newestOf("deliver-parcel")}/terminate`, {
      why: "the parcel is lost",
    });
    await advance("8 minutes");
    await film("volcanoes", 6);
    await advance("1 minute");
    // A viewer: from now on, the relay announces what changes.
    await requests.get("api/live");
    await film("comets", 5);
    await advance("1 second");
    await actions.post(`/runs/${await runOf("comets")}/pause`, { why: "the topic is discussed" });
    await order("o-4708");
    await advance("30 seconds");
    // Pictures of glaciers fail: the breaker opens while those of the deserts are drawn.
    await film("glaciers", 6);
    await advance(1_000);
    await order("o-4709", { address: " " });
    await advance(900);
    await film("deserts", 6);
    await order("o-4710", { card: "hugo" });
    await advance(5_700);
  });

  const approval = await actions.approvalOf("volcanoes");
  const editor = `/approvals/${approval.run}/${encodeURIComponent(approval.path)}`;
  await command("approve the film", editor, { decision: "approve", note: "lovely", level: 1 });

  const stuck = await actions.deadLetterOf("send-parcel");
  const body = stuck.body.replace("1 Mill Lane", "2 Mill Lane");
  await command(
    "redrive the parcel",
    `/dead-letters/${stuck.id}/redrive`,
    { body, why: "the address was wrong" },
    "5 seconds",
  );

  const settings = "/settings/workflow/deliver-parcel";
  const starts = (value: number, revision: number) => ({
    values: { "perKey.starts": value },
    revision,
    why: "the courier limits us",
  });
  await command("change a setting", settings, starts(5, 0));
  await happening("another operator changes the setting", () => actions.post(settings, starts(7, 1)));
  await command("change the setting too late", settings, starts(6, 1));
  await command("restore the settings", `${settings}/restore`, {
    restore: 1,
    why: "5 was right",
    revision: 2,
  });

  await actions.setAmount("card#hugo", 5_000);
  await command(
    "retry the order",
    `/runs/${await runOf("o-4704")}/retry`,
    { why: "the code is fixed" },
    "10 seconds",
  );
  const deserts = `/runs/${await runOf("deserts")}`;
  await command("pause the film", `${deserts}/pause`, { why: "to look at it" });
  await command("resume the film", `${deserts}/resume`, { why: "it was fine" }, "5 seconds");

  const from = new Date(cloud.now() - 3_600_000).toISOString();
  await command(
    "dry run of a replay",
    "/replays",
    { subscriber: "thank-customer", from, dry: true, why: "what the fault has cost" },
    0,
  );
  const [{ replay }] = await actions.list("/replays");
  await command("cancel the replay", `/replays/${replay}/cancel`, { why: "it was enough" });

  await happening("an order arrives", () => order("o-4711"));
  const shop = "/workflows/fulfil-order";
  await command("pause the shop", `${shop}/pause`, { why: "stocktaking" });
  await command("resume the shop", `${shop}/resume`, { why: "all was there" });
  const breaker = "/breakers/image-model";
  await command("force the breaker open", breaker, { to: "open", why: "the model is exchanged" });
  await command("let the breaker decide", breaker, { to: "auto", why: "the new model works" });
  const [contradiction, malformed] = await actions.list("/quarantine");
  await command("discard the second order", `/quarantine/${contradiction.id}/discard`, {
    why: "a mistake of the shop",
  });
  const payload = { videoId: "everything", topic: "everything", scenes: 9 };
  await command("release the film", `/quarantine/${malformed.id}/release`, {
    payload,
    version: 2,
    why: "nine are enough",
  });
  const parcel = await actions.newestOf("deliver-parcel");
  const signal = {
    event: "address.corrected",
    payload: { address: "2 Mill Lane" },
    why: "the customer called",
  };
  await command("signal the parcel", `/runs/${parcel}/signal`, signal);
  const [unprinted] = await actions.list("/dead-letters");
  await command(
    "redrive the card",
    `/dead-letters/${unprinted.id}/redrive`,
    { why: "there is paper again" },
    "5 seconds",
  );
}
