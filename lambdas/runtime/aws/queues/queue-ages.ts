import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { chunks } from "../../../../lib/contract/chunks.ts";
import type { Now } from "../../ports/clock.ts";
import type { Log } from "../../ports/telemetry.ts";
import { GetMetricDataCommand, metricsClient } from "../client/metrics-commands.ts";

/** SQS reports ages only to CloudWatch, once a minute; each read of a metric is billed. */
const KNOWN_FOR = 60_000;
/** A value may arrive some minutes late. */
const LOOKED_BACK = 10 * 60_000;
const PERIOD_SECONDS = 60;
/** Limit of one call. */
const MOST_QUERIES = 500;

/**
 * The age of the oldest message of queues, in seconds, by URL; without those that CloudWatch has no data for.
 */
export function queueAges(log: Log, client = metricsClient(), now: Now = Date.now) {
  let known: { at: number; urls: string; ages: Promise<Map<string, number>> } | undefined;
  return async (urls: readonly string[]): Promise<Map<string, number>> => {
    const asked = [...new Set(urls)].sort();
    const key = asked.join(" ");
    if (known?.urls !== key || known.at + KNOWN_FOR <= now()) {
      known = { at: now(), urls: key, ages: look(asked) };
    }
    return await known.ages;
  };

  async function look(urls: readonly string[]): Promise<Map<string, number>> {
    try {
      return new Map((await Promise.all(chunks(urls, MOST_QUERIES).map(remindAt))).flat());
    } catch (error) {
      // The number of messages is shown without it.
      log.warn("CloudWatch returned no message age.", { error });
      return new Map();
    }
  }

  async function remindAt(urls: readonly string[]): Promise<[string, number][]> {
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(now() - LOOKED_BACK),
        EndTime: new Date(now()),
        ScanBy: "TimestampDescending",
        MetricDataQueries: urls.map(oldestOf),
      }),
    );
    return MetricDataResults.flatMap(({ Id, Values: [newest] = [] }): [string, number][] =>
      newest === undefined ? [] : [[urls[Number(Id!.slice(1))]!, newest]],
    );
  }
}

function oldestOf(url: string, position: number): MetricDataQuery {
  return {
    Id: `q${position}`,
    MetricStat: {
      Metric: {
        Namespace: "AWS/SQS",
        MetricName: "ApproximateAgeOfOldestMessage",
        Dimensions: [{ Name: "QueueName", Value: url.split("/").at(-1) }],
      },
      Period: PERIOD_SECONDS,
      Stat: "Maximum",
    },
  };
}
