import { expect, test } from "vitest";
import { flowMap, startedEvents } from "../../../lambdas/runtime/api/views/flow-map.ts";
import { type Producer, readProducers, writeProducers } from "../../../lib/contract/producer.ts";
import { NOW, run, SYSTEM, TIME } from "./fixtures.ts";

const HOUR = 3_600_000;
const from = (source: string, name = "film.wanted") => run({ event: { ...run().event, source, name } });
const shop: Producer = { name: "shop", kind: "webhook", of: "POST /shop", events: ["film.wanted"] };
const draw = (producers: Producer[], runs: ReturnType<typeof run>[]) =>
  flowMap({
    system: SYSTEM,
    producers,
    queues: new Map(),
    paused: new Set<string>(),
    started: startedEvents(runs, HOUR, NOW),
  });

test("events come from triggers by name and kind, from sources that started runs, and otherwise from others", () => {
  const { nodes, edges } = draw([shop], [from("shop"), from("shop"), from("erp"), from("millrace.console")]);
  expect(nodes.filter(({ kind }) => kind === "producer")).toEqual([
    { id: "producer:shop", kind: "producer", label: "shop", source: "webhook", detail: "POST /shop" },
    { id: "producer:erp", kind: "producer", label: "erp" },
    { id: "producer:", kind: "producer", label: "other producers" },
  ]);
  expect(edges.filter(({ from: id }) => id.startsWith("producer:"))).toEqual([
    { from: "producer:shop", to: "event:film.wanted", event: "film.wanted", perHour: 2 },
    { from: "producer:erp", to: "event:film.wanted", event: "film.wanted", perHour: 1 },
    { from: "producer:", to: "event:film.paid", event: "film.paid" },
  ]);
  expect(edges.find(({ to, event }) => to === "workflow:make-film" && event === "film.wanted")).toMatchObject(
    {
      perHour: 4,
    },
  );
});

test("with more runs than are read, the rate is that of the time since the oldest", () => {
  const earlier = run({ acceptedAt: new Date(NOW - HOUR / 2).toISOString() });
  expect(startedEvents([run({ acceptedAt: TIME }), earlier], undefined, NOW)).toMatchObject([{ perHour: 4 }]);
});

test("producers fit into a variable, whatever their number", () => {
  const many = Array.from({ length: 100 }, (_, at): Producer => ({ ...shop, name: `shop-${at}` }));
  const text = writeProducers(many);
  expect(text.length).toBeLessThanOrEqual(2_000);
  expect(readProducers(text)[0]).toEqual({ ...shop, name: "shop-0" });
  expect(readProducers(undefined)).toEqual([]);
});
