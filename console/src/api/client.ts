import { createStore } from "../store";

/** An answer of the gateway that is no success, or none at all. */
export class ApiError extends Error {
  constructor(
    /** HTTP's number; 0: no answer came. */
    readonly status: number,
    /** The API's stable word, such as "not_found"; "unreachable" where no answer came. */
    readonly code: string,
    /** A sentence of the gateway, in English; empty: it gave none. */
    readonly detail: string,
    readonly body: Readonly<Record<string, unknown>> = {},
    /** Seconds to wait, where the gateway says so. */
    readonly retryAfter?: number,
  ) {
    super(detail === "" ? code : detail);
  }
}

export interface Answer<T> {
  data: T;
  etag: string | null;
}

export interface Options {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  query?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
  ifMatch?: string | null;
  /** Nothing happens; the answer says whom it would touch. */
  dryRun?: boolean;
  signal?: AbortSignal;
}

const patience = 20_000;

/** When the gateway last answered anything. */
export const lastContact = createStore<number>(Date.now());

/** Whether the last request found no gateway. */
export const unreachable = createStore<boolean>(false);

let csrf: string | undefined;
let onSignedOut: () => void = () => {};

/** The session's word for requests that change something, and what to do when the session has ended. */
export function setSession(token: string | undefined, signedOut: () => void): void {
  csrf = token;
  onSignedOut = signedOut;
}

/** The path below /api/v1 with its values percent-encoded: path`/devices/${mac}`. */
export function path(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return parts.reduce((all, part, i) => `${all}${encodeURIComponent(values[i - 1] ?? "")}${part}`);
}

/** A route with a query; values that are undefined or empty are left out. */
export function withQuery(route: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "");
  const text = new URLSearchParams(given).toString();
  return `${route}${text === "" ? "" : `?${text}`}`;
}

/** Relative to the page: a reverse proxy may serve the console under a path of its own. */
export function url(route: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  return `api/v1${withQuery(route, query)}`;
}

export async function call<T>(route: string, options: Options = {}): Promise<Answer<T>> {
  const response = await send(route, options);
  const text = await response.text().catch((error: unknown) => {
    if (options.signal?.aborted === true) {
      throw error;
    }

    // It was cut off: the gateway went away meanwhile.
    unreachable.set(true);
    throw new ApiError(0, "unreachable", "");
  });
  if (!response.ok) {
    throw failureOf(response, text, route);
  }

  try {
    return { data: (text === "" ? undefined : JSON.parse(text)) as T, etag: response.headers.get("ETag") };
  } catch {
    throw new ApiError(response.status, "unreadable", "");
  }
}

export async function get<T>(route: string, query?: Options["query"], signal?: AbortSignal): Promise<T> {
  return (await call<T>(route, { query, signal })).data;
}

export async function send(route: string, options: Options): Promise<Response> {
  const method = options.method ?? "GET";
  const headers: Record<string, string> = { Accept: "application/json" };
  if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
  }

  if (method !== "GET" && csrf !== undefined) {
    headers["X-Innkeeper-Request"] = csrf;
  }

  if (options.ifMatch != null) {
    headers["If-Match"] = options.ifMatch;
  }

  const limit = AbortSignal.timeout(patience);
  try {
    const response = await fetch(url(route, { ...options.query, dry_run: options.dryRun === true ? "true" : undefined }), {
      method,
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]),
    });
    lastContact.set(Date.now());
    unreachable.set(false);
    return response;
  } catch (error) {
    if (options.signal?.aborted === true) {
      throw error;
    }

    unreachable.set(true);
    throw new ApiError(0, "unreachable", "");
  }
}

function failureOf(response: Response, text: string, route: string): ApiError {
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) {
      body = parsed as Record<string, unknown>;
    }
  } catch {
    // A proxy before the gateway may answer with a page of its own.
  }

  const code = typeof body["error"] === "string" ? body["error"] : `http_${response.status}`;
  if (response.status === 401 && route !== "/session") {
    onSignedOut();
  }

  const wait = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return new ApiError(response.status, code, typeof body["detail"] === "string" ? body["detail"] : "", body, Number.isNaN(wait) ? undefined : wait);
}
