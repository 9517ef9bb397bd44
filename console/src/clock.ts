import { useSyncExternalStore } from "react";

/** One tick a second for all relative times, and none while the page is hidden. */
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  if (!document.hidden) {
    now = Date.now();
    listeners.forEach((listener) => listener());
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function slow(step: number): () => number {
  return () => Math.floor(now / step) * step;
}

const everySecond = slow(1000);

/** The time, renewed every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, everySecond);
}
