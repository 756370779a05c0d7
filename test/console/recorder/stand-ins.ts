import type { CallFault, HandlerFactory, Outside } from "../../../local/simulate.ts";
import { composeScript } from "../../../workflows/video/script.ts";
import { checkScene, drawCard, drawPicture, renderFilm } from "../../../workflows/video/steps.ts";
import { reactionOf, workerOf } from "../../end-to-end/own-code.ts";
import { thankCustomer } from "./app/parcels.ts";
import { MODEL } from "./synthesize.ts";

/** Steps and reactions that fail at the moment, by name; the story changes it. */
export type Failing = Set<string>;

/** The handlers that draw and encode, without the pixels; and a reaction that fails if the story says so. */
export function standIns(failing: Failing): Record<string, HandlerFactory> {
  return {
    "draw-picture": workerOf(drawPicture, async ({ scene, take }, { artifacts, attempt }, sleep) => {
      const { number, caption } = scene;
      if (caption.includes("glaciers")) {
        await sleep(2_000);
        throw new Error("The image model answered 503: overloaded.");
      }
      await sleep(1_900 + number * 430);
      if (number === 3 && attempt === 1) throw new Error("The image model answered 500.");
      const image = await artifacts.put(`pictures/scene-${number}-${take}.png`, "a picture", "image/png");
      return { image, by: "house-painter", usd: 0.0004 };
    }),
    "draw-card": workerOf(drawCard, async ({ scene: { number } }, { artifacts }, sleep) => {
      await sleep(120);
      return { image: await artifacts.put(`cards/${number}.png`, "a card", "image/png"), by: "card", usd: 0 };
    }),
    "check-scene": workerOf(checkScene, async (_, __, sleep) => {
      await sleep(240);
      return { confidence: 0.9, findings: [] };
    }),
    "render-film": workerOf(renderFilm, async ({ title, made }, { artifacts }, sleep) => {
      await sleep(3_300);
      const seconds = Math.round(made.reduce((sum, { scene }) => sum + scene.seconds, 2));
      return {
        title,
        film: await artifacts.put("films/draft.mp4", "a film", "video/mp4"),
        captions: await artifacts.put("films/captions.vtt", "WEBVTT\n", "text/vtt; charset=utf-8"),
        poster: await artifacts.put("films/poster.png", "a poster", "image/png"),
        seconds,
        bytes: 417_240,
        findings: [],
      };
    }),
    "thank-customer": reactionOf(thankCustomer, () => {
      if (failing.has("thank-customer")) throw new Error("The printer is out of paper.");
    }),
  };
}

/** Ends the process of a step at its first call, while its chance is 1: the story changes it. */
export const sendParcelCrashes = (): CallFault => ({
  kind: "crash-before",
  function: "send-parcel",
  operation: "dynamodb",
  chance: 0,
});

const slow = (operation: string, duration: CallFault["for"] & string, step?: string): CallFault => ({
  kind: "slow",
  operation,
  for: duration,
  ...(step && { function: step }),
});
const BOOKING = "dynamodb:TransactWriteItems";

/** What the shop's services and the language model take for an answer. */
export const DELAYS = [
  slow("dynamodb", "90 milliseconds", "accept-order"),
  slow(BOOKING, "640 milliseconds", "hold-stock"),
  slow(BOOKING, "1200 milliseconds", "take-payment"),
  slow(BOOKING, "420 milliseconds", "send-parcel"),
  slow(BOOKING, "12 seconds", "return-stock"),
  slow(BOOKING, "700 milliseconds", "return-payment"),
  slow(`outside:POST ${MODEL}/chat/completions`, "1900 milliseconds"),
];

/** A language model: writes scripts as the embedded one does, and takes each note for one about the second picture. */
export const languageModel: Outside = ({ body }) => {
  const asked = JSON.stringify(JSON.parse(String(body)).messages);
  const [, topic = "", scenes] = /film about \\"(.*?)\\".*? exactly (\d+) scenes/.exec(asked) ?? [];
  const brief = {
    topic,
    audience: "everyone",
    length: "short",
    style: "calm",
    scenes: Number(scenes),
  } as const;
  const again = { verdict: "again", redo: "pictures", scenes: [2], notes: "darker" } as const;
  const notes = { verdict: "again", redo: "script", scenes: [], notes: "" } as const;
  const answer = scenes ? composeScript({ brief, notes: { ...notes, scenes: [] }, previous: null }) : again;
  return {
    status: 200,
    headers: { "content-type": "text/event-stream" },
    body: stream(JSON.stringify(answer)),
  };
};

/** An answer in the protocol of OpenAI, in one chunk. */
function stream(content: string): string {
  const chunk = { id: "1", created: 0, model: "house-model", object: "chat.completion.chunk" };
  const usage = { prompt_tokens: 412, completion_tokens: Math.ceil(content.length / 4), total_tokens: 0 };
  return [
    { ...chunk, choices: [{ index: 0, delta: { role: "assistant", content } }] },
    { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    { ...chunk, choices: [], usage },
    "[DONE]",
  ]
    .map((data) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`)
    .join("");
}
