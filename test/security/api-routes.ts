/** How an attacker may try a route of the API. `routes.test.ts` mounts each. */
export type ApiAttack =
  | "no credentials"
  | "no role"
  | "a viewer"
  | "a decider"
  | "no idempotency key"
  | "deep body"
  | "forged cursor"
  | "too long a name";

const READ = ["no credentials", "no role"] as const satisfies ApiAttack[];
const LIST = [...READ, "forged cursor"] as const;
const READ_ONE = [...READ, "too long a name"] as const;
const DECIDE = [
  ...([...READ, "a viewer", "no idempotency key", "deep body"] as const),
  ...(["too long a name"] as const),
];
const START = [...READ, "a viewer", "a decider", "no idempotency key", "deep body"] as const;
const CHANGE = [...START, "too long a name"] as const;

/** Every route below /api and /iam, and the attacks that it must refuse. */
export const API_ROUTES: Record<string, readonly ApiAttack[]> = {
  "GET /session": READ,
  "GET /openapi.json": READ,
  "GET /live": READ,
  "GET /map": READ,
  "GET /workflows": READ,
  "GET /subscribers": READ,
  "GET /events": READ,
  "GET /breakers": READ,
  "GET /limits": READ,
  "GET /correlations": READ,
  "GET /artifacts": READ,
  "GET /runs": LIST,
  "GET /deliveries": LIST,
  "GET /approvals": LIST,
  "GET /dead-letters": LIST,
  "GET /quarantine": LIST,
  "GET /replays": LIST,
  "GET /runs/:run": READ_ONE,
  "GET /runs/:run/log": [...READ_ONE, "forged cursor"],
  "GET /runs/:run/timeline": READ_ONE,
  "GET /runs/:run/lines": READ_ONE,
  "GET /runs/:run/input": READ_ONE,
  "GET /runs/:run/progress": READ_ONE,
  "GET /events/:name": READ_ONE,
  "GET /limits/:name": READ_ONE,
  "GET /dead-letters/:id": READ_ONE,
  "GET /quarantine/:id": READ_ONE,
  "GET /replays/:id": READ_ONE,
  "GET /settings/:of/:name": READ_ONE,
  "GET /settings/:of/:name/history": READ_ONE,
  "POST /approvals/:run/:path{.+}": DECIDE,
  "POST /runs": START,
  "POST /events": START,
  "POST /replays": START,
  "POST /dead-letters/redrive": START,
  "POST /dead-letters/discard": START,
  "POST /runs/:run/pause": CHANGE,
  "POST /runs/:run/resume": CHANGE,
  "POST /runs/:run/terminate": CHANGE,
  "POST /runs/:run/retry": CHANGE,
  "POST /runs/:run/signal": CHANGE,
  "POST /workflows/:name/pause": CHANGE,
  "POST /workflows/:name/drain": CHANGE,
  "POST /workflows/:name/resume": CHANGE,
  "POST /subscribers/:name/pause": CHANGE,
  "POST /subscribers/:name/drain": CHANGE,
  "POST /subscribers/:name/resume": CHANGE,
  "POST /dead-letters/:id/redrive": CHANGE,
  "POST /dead-letters/:id/discard": CHANGE,
  "POST /quarantine/:id/release": CHANGE,
  "POST /quarantine/:id/discard": CHANGE,
  "POST /breakers/:name": CHANGE,
  "POST /replays/:id/cancel": CHANGE,
  "POST /settings/:of/:name": CHANGE,
  "POST /settings/:of/:name/restore": CHANGE,
};
