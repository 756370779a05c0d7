import { access, arnOf } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { eventsResources } from "./resources.ts";
import { eventsService } from "./service.ts";

export const eventsEngine: Engine<"events"> = {
  name: "events",
  service: (kernel) => eventsService(kernel),
  resources: eventsResources,
  wire: { protocol: "json", target: "AWSEvents" },
  accesses(kernel, operation, input) {
    const own = kernel.service("events")?.accesses?.(operation, input) ?? [];
    if (own.length > 0) return own;
    const bus = (name: unknown) =>
      arnOf(name ?? "default", (bus) => kernel.arn("events", `event-bus/${bus}`));
    if (operation === "PutEvents") {
      const entries: any[] = Array.isArray(input.Entries) ? input.Entries : [];
      return entries.map((entry) =>
        access("events:PutEvents", bus(entry?.EventBusName), {
          "events:source": entry?.Source,
          "events:detail-type": entry?.DetailType,
        }),
      );
    }
    const named = (kind: "replay" | "archive", name: unknown) =>
      access(`events:${operation}`, kernel.arn("events", `${kind}/${name}`));
    if (operation === "StartReplay") {
      const resources = [input.EventSourceArn, input.Destination?.Arn].map((arn) =>
        access("events:StartReplay", arn ?? "*"),
      );
      return [...resources, named("replay", input.ReplayName)];
    }
    if (input.ReplayName !== undefined) return [named("replay", input.ReplayName)];
    if (input.ArchiveName !== undefined) return [named("archive", input.ArchiveName)];
    const busName = String(input.EventBusName ?? "default")
      .split("/")
      .at(-1);
    const rule = input.Rule ?? (operation.endsWith("Rule") ? input.Name : undefined);
    const path = busName === "default" ? rule : `${busName}/${rule}`;
    const resource =
      rule === undefined ? (input.Name ? bus(input.Name) : "*") : kernel.arn("events", `rule/${path}`);
    return [access(`events:${operation}`, resource)];
  },
};
