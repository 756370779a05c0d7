import { type Access, access } from "../kernel/access.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Connections } from "./connections/connections.ts";
import type { Destinations } from "./destinations/destinations.ts";

/** The accesses of calls for connections and API destinations, whose ARNs have an id; none for other calls. */
export function accessesByHttp(kernel: Kernel, connections: Connections, destinations: Destinations) {
  return (operation: string, input: any): Access[] => {
    if (!/Connections?$|ApiDestinations?$|ConnectionCredentials$/.test(operation)) return [];
    const named = input.ConnectionArn !== undefined && operation === "RetrieveConnectionCredentials";
    const arn = named ? input.ConnectionArn : input.ApiDestinationArn;
    return [access(`events:${operation}`, arn ?? ofName(operation, input.Name))];
  };

  function ofName(operation: string, name: unknown): string {
    if (typeof name !== "string") return "*";
    const isConnection = operation.endsWith("Connection");
    const row = isConnection ? connections.find(name) : destinations.find(name);
    const place = isConnection ? "connection" : "api-destination";
    return kernel.arn("events", row ? `${place}/${name}/${row.id}` : `${place}/${name}`);
  }
}
