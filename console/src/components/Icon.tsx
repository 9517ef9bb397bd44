/** Small pictures, drawn on a grid of 24 with lines of 2. They never stand alone: a word is always with them. */
const paths = {
  overview: "M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-3H4zM14 7h6V4h-6z",
  devices: "M4 5h12v9H4zM2 18h12M18 9h4v11h-4z",
  machines: "M3 21V10l6 4v-4l6 4V5h6v16zM7 17h2M12 17h2M17 17h2",
  events: "M5 6h14M5 12h14M5 18h9",
  audit: "M8 4h8v3H8zM6 5H5v15h14V5h-1M9 13l2 2 4-4",
  mail: "M3 6h18v12H3zM3 7l9 7 9-7",
  network: "M12 3v5M12 8H6v4M12 8h6v4M3 12h6v6H3zM15 12h6v6h-6z",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M13 7a2 2 0 1 0 4 0a2 2 0 1 0-4 0M7 17a2 2 0 1 0 4 0a2 2 0 1 0-4 0",
  users: "M9 11a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7zM3 20c0-4 3-6 6-6s6 2 6 6M16 4.5a3.5 3.5 0 0 1 0 6M18 14.5c2 .8 3 2.700 3 5.500",
  api: "M8 7l-5 5 5 5M16 7l5 5-5 5M13 5l-2 14",
  voucher: "M3 7h18v3a2 2 0 0 0 0 4v3H3v-3a2 2 0 0 0 0-4zM14 7v2M14 11v2M14 15v2",
  room: "M5 21V4h10v17M15 8h4v13M3 21h18M12 12v1",
  menu: "M4 6h16M4 12h16M4 18h16",
  search: "M11 5a6 6 0 1 0 0 12a6 6 0 0 0 0-12zM20 20l-4.500-4.500",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 13l4 4L19 7",
  good: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM8 12.500l3 3 5-6",
  warn: "M12 4L2.500 20h19zM12 10v4M12 17v.1",
  bad: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM9 9l6 6M15 9l-6 6",
  info: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 11v5M12 8v.1",
  person: "M12 12a4 4 0 1 0 0-8a4 4 0 0 0 0 8zM5 20c0-4 3-6 7-6s7 2 7 6",
  theme: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  more: "M6 12v.1M12 12v.1M18 12v.1",
  up: "M6 14l6-6 6 6",
  down: "M6 10l6 6 6-6",
  right: "M10 6l6 6-6 6",
  online: "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16zM8.500 12.500l2.500 2.500 4.500-5",
  silent: "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16zM9 12h6",
  waits: "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16zM12 8v4l3 2",
  blocked: "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16zM6.500 6.500l11 11",
  ended: "M7 4h10M7 20h10M8 4c0 5 8 7 8 16M16 4c0 5-8 7-8 16",
  fresh: "M12 4v16M4 12h16M6.500 6.500l11 11M17.500 6.500l-11 11",
  open: "M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8z",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** The console's own mark: a door. */
export function Brand() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="currentColor" />
      <path d="M9 25V10.5L16 6l7 4.5V25h-4.500v-8h-5v8z" fill="var(--card)" />
    </svg>
  );
}
