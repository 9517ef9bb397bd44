import { useState } from "react";

/** A list that begins with the newest, and is read further back on demand. */
export function useEarlier<T>(key: string, read: (before: string) => Promise<{ rows: readonly T[]; next: string | null }>) {
  const [state, setState] = useState<{ key: string; rows: readonly T[]; next: string | null | undefined; isBusy: boolean; error?: unknown }>({ key, rows: [], next: undefined, isBusy: false });
  const own = state.key === key ? state : { key, rows: [], next: undefined, isBusy: false };
  const more = async (before: string) => {
    setState({ ...own, isBusy: true, error: undefined });
    try {
      const page = await read(own.next ?? before);
      setState({ key, rows: [...own.rows, ...page.rows], next: page.next, isBusy: false });
    } catch (error) {
      setState({ ...own, isBusy: false, error });
    }
  };
  return { ...own, more };
}
