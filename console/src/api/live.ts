import { createStore } from "../store";
import { lastContact, unreachable, url } from "./client";
import type { EventReport } from "./types";

/** An event, or null: events may have been missed, so that everything is to be read again. */
export type Listener = (event: EventReport | null) => void;

/** Whether the stream of events is open. */
export const streaming = createStore<boolean>(true);

const listeners = new Set<Listener>();
// A hidden tab gives its connection back after this time: a browser has few for one server.
const hiddenFor = 60_000;
const firstWait = 500;
const longestWait = 2_000;
const shortestPause = 500;

let source: EventSource | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let hidden: ReturnType<typeof setTimeout> | undefined;
let wait = firstWait;
let last = "";
let attempted = 0;
let isWanted = false;

export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Reads everything again that is shown. */
export function refreshAll(): void {
  tell(null);
}

function tell(event: EventReport | null): void {
  listeners.forEach((listener) => listener(event));
}

/** Follows the gateway's events until the function that it returns is called. */
export function follow(): () => void {
  isWanted = true;
  open();
  document.addEventListener("visibilitychange", onVisibility);
  return () => {
    isWanted = false;
    document.removeEventListener("visibilitychange", onVisibility);
    close();
  };
}

function open(): void {
  close();
  // The browser's own attempts keep its Last-Event-ID; those after an error status are ours.
  const opened = new EventSource(url("/events/stream", { since: last, last: last === "" ? "0" : undefined }));
  source = opened;
  attempted = Date.now();
  opened.addEventListener("open", () => {
    const isAgain = !streaming.get();
    wait = firstWait;
    streaming.set(true);
    lastContact.set(Date.now());
    if (isAgain) {
      tell(null);
    }
  });
  opened.addEventListener("event", (message) => receive(message as MessageEvent<string>));
  opened.addEventListener("missed", () => tell(null));
  opened.addEventListener("status", () => lastContact.set(Date.now()));
  opened.addEventListener("error", () => {
    // Where only the stream fails, such as behind a proxy that keeps it back, pages are read again with each attempt.
    if (!streaming.get() && !unreachable.get()) {
      tell(null);
    }

    streaming.set(false);
    // Ours alone: the browser's own wait is 3 s and more, and a gateway with new settings is back in less.
    opened.close();
    if (source === opened && isWanted) {
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, longestWait);
    }
  });
}

function receive(message: MessageEvent<string>): void {
  lastContact.set(Date.now());
  if (message.lastEventId !== "") {
    last = message.lastEventId;
  }

  try {
    tell(JSON.parse(message.data) as EventReport);
  } catch {
    tell(null);
  }
}

// The gateway answers something again: the stream need not wait for its turn.
lastContact.subscribe(() => {
  if (isWanted && !streaming.get() && Date.now() - attempted > shortestPause) {
    wait = firstWait;
    open();
  }
});

function close(): void {
  clearTimeout(timer);
  source?.close();
  source = undefined;
}

function onVisibility(): void {
  clearTimeout(hidden);
  if (document.hidden) {
    hidden = setTimeout(close, hiddenFor);
  } else if (source === undefined && isWanted) {
    open();
    tell(null);
  }
}
