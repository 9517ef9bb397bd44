import { useState } from "react";

interface Page<T> {
  rows: readonly T[];
  /** The number before which there are more; null: there are none. */
  next: number | null;
}

export interface Earlier<T> extends Page<T> {
  isBusy: boolean;
  error?: unknown;
  more(): void;
}

/**
 * A list that begins with the newest, and is read further back on demand.
 * @param key Another key is another list.
 * @param first Where the newest rows end.
 */
export function useEarlier<T>(key: string, first: number | null | undefined, read: (before: string) => Promise<Page<T>>): Earlier<T> {
  const [state, setState] = useState<{ key: string; rows: readonly T[]; next?: number | null; isBusy: boolean; error?: unknown }>({ key, rows: [], isBusy: false });
  const own = state.key === key ? state : { key, rows: [], isBusy: false };
  const next = (own.next === undefined ? first : own.next) ?? null;
  const more = async () => {
    setState({ ...own, isBusy: true, error: undefined });
    try {
      const page = await read(String(next));
      setState({ key, rows: [...own.rows, ...page.rows], next: page.next, isBusy: false });
    } catch (error) {
      setState({ ...own, isBusy: false, error });
    }
  };
  return { ...own, next, more: () => void more() };
}
