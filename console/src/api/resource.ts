import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, call } from "./client";
import { listen } from "./live";
import type { EventReport } from "./types";

export interface Resource<T> {
  data: T | undefined;
  etag: string | null;
  error: ApiError | undefined;
  reload(): void;
}

interface Options {
  /** Milliseconds between readings while the page is visible. */
  every?: number;
  /** Whether an event changes what was read. */
  concerns?: (event: EventReport) => boolean;
}

interface Read<T> {
  route: string | null;
  data?: T;
  etag: string | null;
  error?: ApiError;
}

const kept = new Map<string, Read<unknown>>();
const mostKept = 60;
// Many events at once, such as those of an order for 200 devices, are one reason to read; a storm of them is one each second.
const calm = 250;
const stormy = 1000;

/** Forgets everything: another person sees nothing of it. */
export function forgetResources(): void {
  kept.clear();
}

/** Reads `route` and keeps it fresh; what was read before is there at once. Null: reads nothing. */
export function useResource<T>(route: string | null, { every, concerns }: Options = {}): Resource<T> {
  const [state, setState] = useState<Read<T>>({ route: null, etag: null });
  const concernsNow = useRef(concerns);
  useEffect(() => {
    concernsNow.current = concerns;
  });
  const loadNow = useRef<() => void>(() => {});

  useEffect(() => {
    if (route === null) {
      return;
    }

    let running: AbortController | undefined;
    let begun = 0;
    let isWantedAgain = false;
    const load = async () => {
      if (running !== undefined) {
        isWantedAgain = true;
        return;
      }

      const own = new AbortController();
      running = own;
      begun = Date.now();
      try {
        const { data, etag } = await call<T>(route, { signal: own.signal });
        if (!own.signal.aborted) {
          keep(route, { route, data, etag });
          setState({ route, data, etag });
        }
      } catch (error) {
        if (!own.signal.aborted && error instanceof ApiError) {
          setState((was) => ({ ...(was.route === route ? was : { route, etag: null }), error }));
        }
      } finally {
        if (running === own) {
          running = undefined;
          if (isWantedAgain) {
            isWantedAgain = false;
            void load();
          }
        }
      }
    };
    const stopRunning = () => {
      const was = running;
      running = undefined;
      isWantedAgain = false;
      was?.abort();
    };
    loadNow.current = () => void load();
    void load();

    const timer = every === undefined ? undefined : setInterval(() => document.hidden || void load(), every);
    let soon: ReturnType<typeof setTimeout> | undefined;
    const stop = listen((event) => {
      if (event === null) {
        // A request to a gateway that went away may hang: the new one is asked.
        stopRunning();
      }

      if (event === null || concernsNow.current?.(event) === true) {
        soon ??= setTimeout(() => {
          soon = undefined;
          void load();
        }, Math.max(calm, begun + stormy - Date.now()));
      }
    });
    return () => {
      stopRunning();
      clearInterval(timer);
      clearTimeout(soon);
      stop();
    };
  }, [route, every]);

  const reload = useCallback(() => loadNow.current(), []);
  const known = state.route === route ? state : ((route === null ? undefined : kept.get(route)) as Read<T> | undefined);
  return { data: known?.data, etag: known?.etag ?? null, error: known?.error, reload };
}

function keep(route: string, read: Read<unknown>): void {
  kept.delete(route);
  kept.set(route, read);
  if (kept.size > mostKept) {
    for (const oldest of kept.keys()) {
      kept.delete(oldest);
      break;
    }
  }
}
