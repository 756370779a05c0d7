import { expect } from "vitest";
import { derivedEventId } from "../../../lib/contract/event-id.ts";
import { inputOf } from "../../../lib/contract/runs/run-input.ts";
import { isEnded } from "../../../lib/contract/table.ts";
import { archivedEvents } from "../archived-events.ts";
import { expectEmptyQueues } from "../queues.ts";
import type { VideoApp } from "./app.ts";

/** A person who looks every ten minutes and approves what is asked, until all runs have ended or `hours` are over. */
export async function attend(
  { cloud, runs, decide }: VideoApp,
  videos: string[],
  hours: number,
): Promise<void> {
  for (let looks = 0; looks < hours * 6; looks++) {
    await cloud.advance("10 minutes");
    for (const video of videos) await decide(video, true);
    const all = await runs();
    if (all.length === videos.length && all.every(hasEnded)) break;
  }
  await cloud.advance("20 minutes");
}

const hasEnded = ({ status }: { status: string }) => isEnded(status);

/** What must hold once all is over, whatever went wrong on the way. */
export async function expectOrder(app: VideoApp, videos: string[]): Promise<void> {
  const bus = archivedEvents(app.cloud);
  const publishedIds = new Set(bus.map(({ detail }) => detail.millrace?.id));
  const runs = await app.runs();
  expect(runs).toHaveLength(videos.length);

  for (const video of videos) {
    const { run, claims, approvals } = (await app.run(video))!;
    expect(run, video).toMatchObject({ status: "succeeded", output: { outcome: "published" } });
    // Every effect is done, and the outside world has seen each under one key.
    const scenes = inputOf(run).event.scenes as number;
    const takes = Array.from({ length: scenes }, (_, index) => `cut[1]/scenes[${index}]/take[1]`);
    const paths = [
      ...["write-script", "draw-storyboard", "render-film"].map((step) => `cut[1]/${step}`),
      ...takes.flatMap((take) => [`${take}/draw-picture`, `${take}/check-scene`]),
      "publish",
      "announce",
    ];
    expect(claims.map(({ path, state }) => `${path} ${state}`).sort()).toEqual(
      paths.map((path) => `${path} done`).sort(),
    );
    const keys = [...app.effects.keys()].filter((key) => key.includes(run.run));
    expect(keys).toHaveLength(scenes + 1);
    // Everything in the state is on the bus, and nothing is unpublished.
    for (const item of [run, ...claims, ...approvals]) expect(item.unpublished, item.sk).toBeUndefined();
    for (const { pk, sk, revision } of claims) {
      expect(publishedIds, sk).toContain(derivedEventId(pk, sk, revision, "step.completed"));
    }
    expect(publishedIds).toContain(derivedEventId(run.pk, run.sk, `epoch ${run.epoch}`, "run.succeeded"));
    const published = bus.filter(
      ({ "detail-type": type, detail }) => type === "video.published" && detail.videoId === video,
    );
    expect(new Set(published.map(({ detail }) => detail.millrace.id)).size).toBe(1);
  }

  // No message was given up: the last duplicate of one that a crash held comes back within the longest visibility timeout.
  await app.cloud.advance("2 hours");
  await expectEmptyQueues(app.cloud);
  expect(app.reports).toEqual([]);
}
