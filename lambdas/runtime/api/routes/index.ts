import type { Api } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";
import { approvalRoutes } from "./approvals.ts";
import { artifactRoutes } from "./artifacts.ts";
import { breakerRoutes } from "./breakers.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { eventRoutes } from "./events.ts";
import { limitRoutes } from "./limits.ts";
import { liveRoutes } from "./live.ts";
import { quarantineRoutes } from "./quarantine.ts";
import { replayRoutes } from "./replays.ts";
import { runActionRoutes } from "./run-actions.ts";
import { runLineRoutes } from "./run-lines.ts";
import { runRoutes } from "./runs.ts";
import { sessionRoutes } from "./session.ts";
import { settingsRoutes } from "./settings.ts";
import { subscriberRoutes } from "./subscribers.ts";
import { workflowRoutes } from "./workflows.ts";

/** Every resource of the API, in the order of the documentation. */
export function registerRoutes(api: Api, ports: ApiPorts): void {
  sessionRoutes(api, ports);
  runRoutes(api, ports);
  runLineRoutes(api, ports);
  runActionRoutes(api, ports);
  workflowRoutes(api, ports);
  subscriberRoutes(api, ports);
  eventRoutes(api, ports);
  deliveryRoutes(api, ports);
  approvalRoutes(api, ports);
  deadLetterRoutes(api, ports);
  quarantineRoutes(api, ports);
  breakerRoutes(api, ports);
  limitRoutes(api, ports);
  settingsRoutes(api, ports);
  replayRoutes(api, ports);
  artifactRoutes(api, ports);
  liveRoutes(api, ports);
}
