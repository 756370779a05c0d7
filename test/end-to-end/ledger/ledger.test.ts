import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cinema, cinemaAssembly, openCinema } from "./cinema.ts";

const FILM = { film: "tides", minutes: 90 };
const SHOWN = "show-film: event → run";

cinemaAssembly();

let cinema: Cinema;
beforeEach(async () => {
  cinema = await openCinema();
});
afterEach(() => cinema.cloud.close());

describe("without failures", () => {
  test("each subscriber's delivery is done by one write, and the ledger itself writes nothing", async () => {
    await cinema.publish("film.released", FILM, "e1");
    await cinema.cloud.advance("30 seconds");

    const deliveries = await cinema.of("e1");
    expect(Object.keys(deliveries)).toEqual(["archive-film", "show-film"]);
    for (const delivery of Object.values(deliveries)) {
      expect(delivery).toMatchObject({
        event: "e1",
        name: "film.released",
        source: "studio",
        correlation: "e1",
        state: "done",
        revision: 1,
        run: expect.stringMatching(/^(archive|show)-film-/),
      });
      expect(delivery.dueAt ?? delivery.list).toBeUndefined();
    }
    expect(cinema.ledgerCalls()).toEqual(["BatchGetItem"]);
  });

  test("an event without Millrace's ids is recorded under the bus's id", async () => {
    const id = await cinema.publish("film.released", FILM);
    await cinema.cloud.advance("30 seconds");
    expect(await cinema.states(id)).toEqual({ "archive-film": "done", "show-film": "done" });
    expect(cinema.ledgerCalls()).toEqual(["BatchGetItem"]);
  });

  test("an event is expected only by subscribers whose pattern it matches, and by waiters", async () => {
    await cinema.publish("film.released", { film: "long", minutes: 200 }, "e1");
    await cinema.publish("film.rated", { film: "long" }, "e2");
    await cinema.cloud.advance("30 seconds");
    expect(Object.keys(await cinema.states("e1"))).toEqual(["archive-film", "praise-film", "show-film"]);
    expect(await cinema.states("e2")).toEqual({ "millrace.waits": "done" });
  });

  test("a burst costs the ledger few reads", async () => {
    for (let film = 0; film < 12; film++)
      await cinema.publish("film.released", { film: `f${film}`, minutes: 1 }, `e${film}`);
    await cinema.cloud.advance("30 seconds");
    expect(await cinema.states("e11")).toEqual({ "archive-film": "done", "show-film": "done" });
    expect(cinema.ledgerCalls()).toEqual(["BatchGetItem"]);
  });
});

describe("an event that is not received", () => {
  test.each([
    ["a rule that is disabled", (on: boolean) => cinema.enables("film.released → show-film", on)],
    ["a function that gets nothing", (on: boolean) => cinema.drains(SHOWN, on)],
  ])("%s: overdue within a minute of its deadline; published, counted and listed once", async (_, works) => {
    await works(false);
    await cinema.publish("film.released", FILM, "e1");
    await cinema.cloud.advance("30 seconds");
    expect(await cinema.states("e1")).toEqual({ "archive-film": "done", "show-film": "published" });
    await cinema.cloud.advance("4 minutes");
    expect(await cinema.overdue()).toEqual([]);
    expect(await cinema.alarm("DeliveriesOverdue")).toBe("OK");

    await cinema.cloud.advance("90 seconds");
    expect(await cinema.overdue()).toMatchObject([
      { event: "e1", subscriber: "show-film", state: "published" },
    ]);
    expect(await cinema.problems("show-film")).toHaveLength(1);
    expect(await cinema.problems("archive-film")).toEqual([]);
    expect(await cinema.alarm("DeliveriesOverdue")).toBe("ALARM");
    await cinema.cloud.advance("10 minutes");
    expect(cinema.published("delivery.overdue")).toEqual([
      expect.objectContaining({
        event: { id: "e1", name: "film.released", source: "studio" },
        subscriber: "show-film",
        since: expect.any(String),
        what: expect.stringContaining('"show-film"'),
        millrace: expect.objectContaining({ correlation: "e1", causation: "e1" }),
      }),
    ]);
    expect(await cinema.overdue()).toHaveLength(1);
    expect(await cinema.alarm("DeliveriesOverdue")).toBe("OK");
  });

  test("a recovered subscriber receives it: done, but recorded as having been overdue", async () => {
    await cinema.drains(SHOWN, false);
    await cinema.publish("film.released", FILM, "e1");
    await cinema.cloud.advance("7 minutes");
    const [overdue] = await cinema.overdue();

    await cinema.drains(SHOWN, true);
    await cinema.cloud.advance("1 minute");
    expect(await cinema.of("e1")).toMatchObject({
      "show-film": { state: "done", overdueAt: overdue!.overdueAt, run: expect.any(String) },
    });
    expect(await cinema.overdue()).toEqual([]);
  });

  test("each subscriber has its own deadline, and one without a ledger is not expected", async () => {
    for (const name of [SHOWN, "dub-film: event → run", "Reaction archive-film", "Reaction praise-film"])
      await cinema.drains(name, false);
    await cinema.publish("film.released", { film: "long", minutes: 200 }, "e1");
    const overdue = async () => (await cinema.overdue()).map(({ subscriber }) => subscriber).sort();
    await cinema.cloud.advance("3 minutes");
    expect(await overdue()).toEqual(["praise-film"]);
    await cinema.cloud.advance("3 minutes");
    // A reaction has the time of one try more: 90 seconds.
    expect(await overdue()).toEqual(["praise-film", "show-film"]);
    await cinema.cloud.advance("2 minutes");
    expect(await overdue()).toEqual(["archive-film", "praise-film", "show-film"]);
  });
});

describe("what is received and not handled", () => {
  test("another event of the same identity is a duplicate, in any state of the first", async () => {
    await cinema.publish("film.released", FILM, "e1");
    await cinema.publish("film.released", FILM, "e2");
    await cinema.publish("film.released", FILM, "e1");
    await cinema.cloud.advance("6 minutes");
    expect(await cinema.states("e1")).toEqual({ "archive-film": "done", "show-film": "done" });
    expect(await cinema.of("e2")).toMatchObject({
      "archive-film": { state: "duplicate", why: expect.stringContaining("e1"), revision: 1 },
      "show-film": { state: "duplicate", why: expect.stringContaining("e1"), revision: 1 },
    });
    expect(await cinema.problems()).toEqual([]);
  });

  test("an invalid event is quarantined, with the reason", async () => {
    await cinema.publish("film.released", { film: 7, minutes: 1 }, "e1");
    await cinema.publish("film.rated", { film: 7 }, "e2");
    await cinema.cloud.advance("6 minutes");
    const why = expect.stringMatching(/^contract: /);
    expect(await cinema.of("e1")).toMatchObject({
      "archive-film": { state: "quarantined", why },
      "show-film": { state: "quarantined", why },
    });
    expect(await cinema.states("e2")).toEqual({ "millrace.waits": "quarantined" });
    expect(await cinema.problems()).toHaveLength(3);
    expect(await cinema.overdue()).toEqual([]);
  });

  test("a reaction that gives up, or has used up its attempts, is dead-lettered with the reason", async () => {
    await cinema.publish("film.released", { film: "burnt", minutes: 1 }, "e1");
    await cinema.publish("film.released", { film: "jammed", minutes: 1 }, "e2");
    await cinema.cloud.advance("6 minutes");
    expect(await cinema.of("e1")).toMatchObject({
      "archive-film": { state: "dead", why: expect.stringContaining("There is nothing left of it.") },
    });
    expect(await cinema.of("e2")).toMatchObject({
      "archive-film": { state: "dead", why: expect.stringContaining("The reel is jammed.") },
    });
    expect(await cinema.overdue()).toEqual([]);
  });

  test("an event held by a pause is received and not overdue; it is done later", async () => {
    await cinema.order("pause", { workflow: "show-film" });
    await cinema.order("pause", { subscriber: "archive-film" });
    await cinema.publish("film.released", FILM, "e1");
    await cinema.cloud.advance("10 minutes");
    expect(await cinema.states("e1")).toEqual({ "archive-film": "received", "show-film": "received" });
    expect(await cinema.overdue()).toEqual([]);

    await cinema.order("resume", { workflow: "show-film" });
    await cinema.order("resume", { subscriber: "archive-film" });
    await cinema.cloud.advance("2 minutes");
    expect(await cinema.states("e1")).toEqual({ "archive-film": "done", "show-film": "done" });
  });
});
