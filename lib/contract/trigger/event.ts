import type { BusEvent } from "../envelope.ts";
import type { EventContract } from "../event.ts";
import { derivedEventId } from "../event-id.ts";
import { type Occurrence, type TriggerSpec, triggerName } from "./trigger.ts";

/** Events of an AWS service, a partner or another bus that become events of a contract. */
export interface EventTriggerSpec<E extends EventContract = EventContract, Payload = any>
  extends TriggerSpec {
  readonly event: E;
  /** The pattern of the rule, as EventBridge matches it. */
  readonly pattern: object;
  readonly read: (event: BusEvent) => Occurrence & { payload: Payload };
}

/** Declares which events of another bus become this one; its payload is their `detail`. */
export function defineEventTrigger<E extends EventContract>(
  name: string,
  { event, pattern }: { event: E; pattern: { source: string[]; "detail-type"?: string[]; detail?: object } },
): EventTriggerSpec<E> {
  return {
    name: triggerName("Event trigger", name),
    event,
    events: [event],
    pattern,
    read: ({ id, time, detail }) => ({ id: derivedEventId(name, id), time, payload: detail }),
  };
}

/** An object in a bucket. */
export interface LandedFile {
  bucket: string;
  key: string;
  /** Bytes. */
  size: number;
  etag: string;
  /** In a bucket with versioning. */
  version?: string | undefined;
}

interface FileOptions<E extends EventContract> {
  event: E;
  prefix?: string;
  suffix?: string;
  /** Bytes, both inclusive. */
  size?: { from?: number; to?: number };
}

/**
 * Declares which objects publish an event. The same content with the same key is the same file, however often
 * S3 reports it: by its version or, in a bucket without versioning, by its ETag.
 */
export function defineFileTrigger<E extends EventContract>(
  name: string,
  { event, prefix = "", suffix = "", size = {} }: FileOptions<E>,
): EventTriggerSpec<E, LandedFile> {
  const { from = 0, to } = size;
  const range = [">=", from, ...(to === undefined ? [] : ["<=", to])];
  const object = {
    key: [{ wildcard: `${literal(prefix)}*${literal(suffix)}` }],
    ...((size.from ?? size.to) !== undefined && { size: [{ numeric: range }] }),
  };
  return {
    name: triggerName("File trigger", name),
    event,
    events: [event],
    pattern: { source: ["aws.s3"], "detail-type": ["Object Created"], detail: { object } },
    read({ time, detail }) {
      const { bucket, object } = detail as S3Detail;
      const version = object["version-id"];
      const { key, size, etag } = object;
      return {
        id: derivedEventId(name, bucket.name, key, version ?? etag),
        time,
        subject: key,
        payload: { bucket: bucket.name, key, size, etag, version },
      };
    },
  };
}

interface S3Detail {
  bucket: { name: string };
  object: { key: string; size: number; etag: string; "version-id"?: string };
}

/** A state change of an alarm. */
export interface AlarmChange {
  alarm: string;
  state: AlarmState;
  before: AlarmState;
  /** CloudWatch's own words: "Threshold Crossed: …". */
  reason: string;
}

type AlarmState = "ALARM" | "OK" | "INSUFFICIENT_DATA";

/** Declares an event for an alarm's change to a state. */
export function defineAlarmTrigger<E extends EventContract>(
  name: string,
  { event, state = "ALARM" }: { event: E; state?: AlarmState },
): EventTriggerSpec<E, AlarmChange> {
  return {
    name: triggerName("Alarm trigger", name),
    event,
    events: [event],
    pattern: {
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      detail: { state: { value: [state] } },
    },
    read({ time, detail }) {
      const { alarmName: alarm, state, previousState } = detail as AlarmDetail;
      return {
        id: derivedEventId(name, alarm, state.timestamp),
        time,
        subject: alarm,
        payload: { alarm, state: state.value, before: previousState.value, reason: state.reason },
      };
    },
  };
}

interface AlarmDetail {
  alarmName: string;
  state: { value: AlarmState; reason: string; timestamp: string };
  previousState: { value: AlarmState };
}

/** Escapes text for a wildcard pattern. */
function literal(text: string): string {
  return text.replace(/[\\*]/g, "\\$&");
}
