import { afterEach, expect, test } from "vitest";
import { giveUp } from "../../../lambdas/runtime/index.ts";
import { ReadersNotified } from "./news/reactions.ts";
import { type Newsroom, newsAssembly, openNewsroom } from "./newsroom.ts";

newsAssembly();

let news: Newsroom;
afterEach(async () => {
  await news.cloud.close();
  expect(news.reports).toEqual([]);
});

const ways = () =>
  news
    .published("readers.notified")
    .map(({ articleId, by }) => `${articleId} by ${by}`)
    .sort();

test("each reaction has the events that pass its filter, and handles each once", async () => {
  news = await openNewsroom();
  await news.publish("a");
  await news.publish("a");
  await news.publish("b", { words: 999 });
  await news.publish("c", { section: "sports" });
  await news.cloud.advance("1 minute");
  expect(ways()).toEqual(["a by mail", "a by podcast", "b by mail", "c by mail"]);
  expect(news.published("reaction.completed")).toHaveLength(4);
});

test("a failing reaction does not affect another; its dead letter has the reason, and a redrive runs it again", async () => {
  let broken = true;
  news = await openNewsroom({
    "send-mail": ({ articleId }, { emit }) => {
      if (broken) throw giveUp("the mail server knows no such user");
      return emit(ReadersNotified, { articleId, by: "mail" });
    },
  });
  await news.publish("a");
  await news.cloud.advance("1 minute");
  expect(ways()).toEqual(["a by podcast"]);
  expect(news.published("reaction.failed")).toMatchObject([
    { reaction: "send-mail", final: true, attempt: 1 },
  ]);

  const [letter] = await news.items("dead-letter");
  expect(letter).toMatchObject({
    subscriber: "send-mail",
    purpose: "reaction",
    reason: "StepFailure: the mail server knows no such user",
  });
  expect(JSON.parse(letter!.body)).toMatchObject({ detail: { articleId: "a", words: 2_000 } });

  broken = false;
  expect(await news.order("redrive", letter!.subscriber)).toMatchObject({ done: true });
  await news.cloud.advance("5 seconds");
  expect(ways()).toEqual(["a by mail", "a by podcast"]);
  // Completed work is not repeated, from any sender.
  await news.publish("a");
  await news.cloud.advance("1 minute");
  expect(news.published("reaction.completed")).toHaveLength(2);
});

test("a paused reaction keeps its events, whatever their size, and others continue", async () => {
  news = await openNewsroom();
  expect(await news.order("pause", "send-mail")).toMatchObject({ done: true });
  await news.publish("a", { text: "long ".repeat(100_000) });
  await news.publish("b");
  await news.cloud.advance("15 days");
  expect(ways()).toEqual(["a by podcast", "b by podcast"]);
  expect(await news.items("deferred")).toHaveLength(2);
  expect(await news.order("resume", "send-mail")).toMatchObject({ done: true });
  await news.cloud.advance("2 minutes");
  expect(ways()).toEqual(["a by mail", "a by podcast", "b by mail", "b by podcast"]);
  expect(await news.items("deferred")).toEqual([]);
  expect(await news.order("pause", "send-pigeon")).toMatchObject({
    done: false,
    says: expect.stringContaining("send-mail, make-podcast"),
  });
});

test("while its downstream is unavailable, events are deferred, and none is lost", async () => {
  let away = true;
  news = await openNewsroom({
    "make-podcast": ({ articleId }, { emit }) => {
      if (away) throw new Error("no voice");
      return emit(ReadersNotified, { articleId, by: "podcast" });
    },
  });
  for (const article of ["a", "b", "c", "d", "e"]) await news.publish(article);
  await news.cloud.advance("5 seconds");
  expect((await news.items("breaker"))[0]).toMatchObject({ state: "open" });
  expect((await news.items("deferred")).length).toBeGreaterThan(0);
  away = false;
  await news.cloud.advance("10 minutes");
  expect(ways().filter((way) => way.endsWith("podcast"))).toHaveLength(5);
});

test("a malformed event is quarantined for each of its subscribers, and none is run", async () => {
  news = await openNewsroom();
  await news.publish("a", { articleId: 7 });
  expect(ways()).toEqual([]);
  expect(
    (await news.items("quarantine")).map(({ subscriber, reason }) => [subscriber, reason]).sort(),
  ).toEqual([
    ["make-podcast", "contract"],
    ["send-mail", "contract"],
  ]);
});
