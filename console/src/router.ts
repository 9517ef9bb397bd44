import { useMemo, useSyncExternalStore } from "react";

/** A place in the console, kept in the URL's fragment: the gateway has one page only, and a set-up code in it never leaves the browser. */
export interface Route {
  /** Decoded segments: "#/devices/02:00:00:00:00:01" has two. */
  path: readonly string[];
  query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  return { path: path.split("/").filter((s) => s !== "").map(decode), query: new URLSearchParams(query) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export type Query = Readonly<Record<string, string | undefined>>;

/** A link to a place; values that are undefined or empty are left out. */
export function href(path: readonly string[], query: Query = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "");
  const text = new URLSearchParams(given).toString();
  return `#/${path.map(encodeURIComponent).join("/").replaceAll("%3A", ":")}${text === "" ? "" : `?${text}`}`;
}

export function go(path: readonly string[], query: Query = {}): void {
  location.hash = href(path, query);
}

/** Changes the query of the present place, without a step in the browser's history. */
export function replaceQuery(changes: Query): void {
  const { path, query } = parseRoute(location.hash);
  history.replaceState(history.state, "", href(path, { ...Object.fromEntries(query), ...changes }));
  dispatchEvent(new Event("hashchange"));
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => parseRoute(hash), [hash]);
}
