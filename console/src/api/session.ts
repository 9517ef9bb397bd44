import { setGatewayZone } from "../format";
import { createStore, useStore } from "../store";
import { ApiError, call, setSession } from "./client";
import { forgetResources } from "./resource";
import type { Role, Session } from "./types";

/** Who is signed in; undefined: not known yet. */
export const session = createStore<Session | undefined>(undefined);

/** Why the session could not be read; the gateway may be away. */
export const sessionFailure = createStore<ApiError | undefined>(undefined);

/** True after a session ended while the console was in use. */
export const hasEnded = createStore<boolean>(false);

/** The version that the gateway had when this page was loaded. */
let firstVersion: string | undefined;

const ranks: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

export function accept(next: Session): void {
  // The gateway tells its version to those who are signed in.
  firstVersion ??= next.version === "" ? undefined : next.version;
  setGatewayZone(next.time_zone);
  setSession(next.csrf ?? undefined, () => {
    const now = session.get();
    if (now?.is_signed_in === true) {
      hasEnded.set(true);
      signedOut();
    }
  });
  if (next.name !== session.get()?.name) {
    forgetResources();
  }

  sessionFailure.set(undefined);
  session.set(next);
}

function signedOut(): void {
  forgetResources();
  const now = session.get();
  if (now !== undefined) {
    accept({ ...now, is_signed_in: false, name: null, role: null, csrf: null });
  }
}

export async function readSession(): Promise<void> {
  try {
    accept((await call<Session>("/session")).data);
  } catch (error) {
    if (error instanceof ApiError) {
      sessionFailure.set(error);
    }
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  accept((await call<Session>("/session", { method: "POST", body: { name, password } })).data);
  hasEnded.set(false);
}

export async function setUp(code: string, name: string, password: string): Promise<void> {
  accept((await call<Session>("/setup", { method: "POST", body: { code, name, password } })).data);
}

export async function signOut(): Promise<void> {
  await call("/session", { method: "DELETE" });
  hasEnded.set(false);
  signedOut();
  await readSession();
}

/** Whether the person may do what needs `role`. What they may not do is not shown. */
export function useMay(role: Role): boolean {
  const now = useStore(session);
  return now?.role != null && ranks[now.role] >= ranks[role];
}

/** The gateway runs another version than the page is of. */
export function useIsOutdated(): boolean {
  const now = useStore(session);
  return now !== undefined && firstVersion !== undefined && now.version !== "" && now.version !== firstVersion;
}
