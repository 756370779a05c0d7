import { expect } from "vitest";
import { expectEmptyQueues } from "../queues.ts";
import { videoApp } from "./app.ts";

/** Whose workers are killed, and how often for each call that they make: one that dies ten times is given up. */
const KILLED = { "draw-picture": 0.04, "render-film": 0.04, "produce-video: publish": 0.01 };

/**
 * So many briefs at once, and workers that are killed in the middle of their work; each must become one film that is out, as
 * if nothing had happened. What is scheduled is left out: it would repair a run without the message that is delivered again.
 */
export async function burst(briefs: number): Promise<void> {
  const app = await videoApp({
    schedules: false,
    faults: {
      interleave: true,
      calls: Object.entries(KILLED).flatMap(([name, chance]) => [
        { kind: "crash-before" as const, function: name, chance },
        { kind: "crash-after" as const, function: name, chance },
      ]),
    },
  });
  try {
    const videos = Array.from({ length: briefs }, (_, brief) => `film-${brief}`);
    await Promise.all(videos.map((videoId) => app.send(videoId, { topic: "tides", scenes: 1 })));
    // The message of a worker that is killed while it renders is delivered again an hour later.
    await app.cloud.advance("12 hours");
    expect(await app.approveAll()).toBe(briefs);
    await app.cloud.advance("12 hours");

    const runs = await app.runs();
    expect(runs).toHaveLength(briefs);
    expect(runs.filter(({ status }) => status !== "succeeded")).toEqual([]);
    const kills = app.cloud.calls.filter(({ trouble }) => trouble?.startsWith("crash"));
    expect(kills.length).toBeGreaterThan(briefs / 10);
    // One picture and one film each, under one key, whatever became of the first who made it.
    expect(app.effects.size).toBe(2 * briefs);
    await expectEmptyQueues(app.cloud);
    expect(app.reports).toEqual([]);
  } finally {
    await app.cloud.close();
  }
}
