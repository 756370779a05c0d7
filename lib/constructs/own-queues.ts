/** Millrace's own queues: the names under which they are deployed, and what they are for. */
export const OWN_QUEUES = {
  waits: { name: "millrace.waits", role: "waits" },
  approvals: { name: "millrace.approvals", role: "approvals" },
  decisions: { name: "millrace.decisions", role: "approvals" },
  control: { name: "millrace.control", role: "control" },
  completion: { name: "millrace.endings", role: "endings" },
  ledger: { name: "millrace.ledger", role: "ledger" },
} as const;
