import type { IconName } from "../parts/icon.tsx";

export interface Place {
  path: string;
  name: string;
  icon: IconName;
  /** The second key after "g". */
  key: string;
}

/** The pages, in the order of the navigation. */
export const PLACES: { title: string; places: Place[] }[] = [
  {
    title: "Monitor",
    places: [
      { path: "/", name: "Overview", icon: "home", key: "o" },
      { path: "/runs", name: "Runs", icon: "runs", key: "r" },
      { path: "/map", name: "Flow map", icon: "map", key: "m" },
      { path: "/deliveries", name: "Deliveries", icon: "delivery", key: "l" },
    ],
  },
  {
    title: "Operate",
    places: [
      { path: "/approvals", name: "Approvals", icon: "approval", key: "a" },
      { path: "/dead-letters", name: "Dead letters", icon: "deadLetter", key: "d" },
      { path: "/quarantine", name: "Quarantine", icon: "quarantine", key: "q" },
      { path: "/breakers", name: "Breakers", icon: "breaker", key: "b" },
      { path: "/replays", name: "Replays", icon: "replay", key: "p" },
    ],
  },
  {
    title: "Definitions",
    places: [
      { path: "/workflows", name: "Workflows", icon: "workflow", key: "w" },
      { path: "/events", name: "Events", icon: "event", key: "e" },
    ],
  },
];
