/** Strokes on a grid of 16 by 16. */
const SHAPES = {
  home: "M2.5 7.5 8 3l5.5 4.5M4 6.5V13h8V6.5",
  runs: "M2.5 4h11M2.5 8h11M2.5 12h6",
  map: "M3.5 3.5h3v3h-3zM9.5 9.5h3v3h-3zM6.5 5h3a1.5 1.5 0 0 1 1.5 1.5v3",
  delivery: "M2 8h8M7.5 5 10.5 8l-3 3M13.5 3v10",
  approval: "M3 3h10v7.5H7L4.5 13v-2.5H3zM6 6.7l1.4 1.4L10.2 5.3",
  deadLetter: "M2.5 4h11v8h-11zM2.5 4.5 8 8.5l5.5-4M6 14.5l4 0",
  message: "M2.5 4h11v8h-11zM2.5 4.5 8 8.5l5.5-4",
  quarantine: "M8 2.5 13 4.5v3.5c0 3-2.2 4.8-5 5.7C5.2 12.8 3 11 3 8V4.5zM8 5.5v3M8 10.5v.2",
  breaker: "M2 8h3l3.5-3.5M11 8h3M5 8v.01M11 8v.01",
  replay: "M3 8a5 5 0 1 0 1.6-3.7M3 2.8v2.4h2.4M8 5.5V8l1.8 1.2",
  workflow: "M3 3h3.5v3H3zM9.5 3H13v3H9.5zM6.2 10h3.6v3H6.2zM4.75 6v1.5h6.5V6M8 7.5V10",
  event: "M9 2 4 9h3.5L7 14l5-7H8.5z",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M10.3 10.3 13.5 13.5",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  close: "M4 4l8 8M12 4l-8 8",
  sun: "M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M12.4 3.6l-1 1M4.6 11.4l-1 1",
  moon: "M12.8 9.6A5.3 5.3 0 0 1 6.4 3.2a5.3 5.3 0 1 0 6.4 6.4",
  keyboard: "M2 4.5h12v7H2zM4.5 7h.1M7 7h.1M9.5 7h.1M12 7h-.1M5.5 9.3h5",
  out: "M6.5 3H3v10h3.5M6.5 8h7M11 5.5 13.5 8 11 10.5",
  external: "M6.5 3.5h-3v9h9v-3M9 3h4v4M13 3 7.5 8.5",
  back: "M9.5 3.5 5 8l4.5 4.5",
  forward: "M6.5 3.5 11 8l-4.5 4.5",
  check: "M3.5 8.5 6.5 11.5 12.5 5",
  cross: "M4.5 4.5l7 7M11.5 4.5l-7 7",
  pause: "M5.5 4v8M10.5 4v8",
  play: "M5 3.5v9l7-4.5z",
  stop: "M4.5 4.5h7v7h-7z",
  undo: "M3 6.5h6.5a3 3 0 0 1 0 6H6M5.5 4 3 6.5 5.5 9",
  warning: "M8 2.8 14 13H2zM8 6.5v3M8 11.2v.2",
  info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 7.3v3.5M8 5.2v.2",
  clock: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M8 5v3.2l2 1.3",
  arc: "M8 2.5a5.5 5.5 0 1 1-5.5 5.5",
  circle: "M8 13a5 5 0 1 0 0-10 5 5 0 0 0 0 10",
  skip: "M4 8h8",
  person: "M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M3.5 13.5c.4-2.6 2.2-4 4.5-4s4.1 1.4 4.5 4",
  send: "M14 2 2.5 7l4.5 2 2 4.5zM7 9l3-3",
  retry: "M13 8a5 5 0 1 1-1.6-3.7M13 2.8v2.4h-2.4",
  deferred: "M3.5 2.5h9v11h-9zM6.5 11V5h2a1.75 1.75 0 0 1 0 3.5h-2",
  child: "M4 2.5v7a2 2 0 0 0 2 2h6M9.5 9 12 11.5 9.5 14",
  loop: "M3 6.5A3.5 3.5 0 0 1 6.5 4H13M11 2l2 2-2 2M13 9.5A3.5 3.5 0 0 1 9.5 12H3M5 14l-2-2 2-2",
  branch: "M3 8h3.5L10 4.5h3M6.5 8 10 11.5h3",
  settings: "M2.5 5h6M11.5 5h2M10 3.5v3M2.5 11h2M7.5 11h6M6 9.5v3",
  copy: "M5.5 5.5h7.5v8H5.5zM5.5 10.5H3v-8h7.5v3",
  flag: "M4 14V2.5M4 3h8l-2 2.75L12 8.5H4",
  fold: "M4.5 6.5 8 10l3.5-3.5",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1",
} as const;

export type IconName = keyof typeof SHAPES;

/** Always next to a word, or on a button with a name: hidden from screen readers. */
export function Icon({ name, size = 16, className }: { name: IconName; size?: number; className?: string }) {
  return (
    <svg
      className={className}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={SHAPES[name]} />
    </svg>
  );
}

/** Water over a wheel's blades. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#3d4fc4" />
      <path
        d="M5 12c3.7 0 3.7 3 7.3 3s3.7-3 7.4-3 3.6 3 7.3 3M5 19c3.7 0 3.7 3 7.3 3s3.7-3 7.4-3 3.6 3 7.3 3"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
