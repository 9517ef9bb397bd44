import { useEffect, useReducer, useState } from "react";
import type { ComponentType, ReactNode } from "react";
import { unreachable } from "./api/client";

const pause = 1500;
const mostTries = 3;
const all: (() => Promise<unknown>)[] = [];

/**
 * A component whose code is loaded when it is shown first. A gateway that is away meanwhile is asked again. Code that a gateway which answers
 * does not have any more, as after an upgrade, is a failure of the page.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, fallback: ReactNode): ComponentType<P> {
  let ready: ComponentType<P> | undefined;
  const fetch = async () => (ready ??= await load());
  all.push(fetch);
  return function Later(props: P) {
    const [, redraw] = useReducer((n: number) => n + 1, 0);
    const [failure, setFailure] = useState<unknown>();
    useEffect(() => {
      let isOver = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const attempt = (tries: number) => {
        fetch().then(
          () => isOver || redraw(),
          (error: unknown) => {
            if (isOver) {
              return;
            }

            if (tries >= mostTries) {
              setFailure(error);
            } else {
              timer = setTimeout(() => attempt(unreachable.get() ? tries : tries + 1), pause);
            }
          },
        );
      };
      if (ready === undefined) {
        attempt(1);
      }

      return () => {
        isOver = true;
        clearTimeout(timer);
      };
    }, []);
    if (failure !== undefined) {
      throw failure;
    }

    const Ready = ready;
    return Ready === undefined ? fallback : <Ready {...props} />;
  };
}

/** Loads the code of all pages while nothing else is to be done: they open at once, also while the gateway is away. */
export async function loadAll(): Promise<void> {
  for (const load of all) {
    await load().catch(() => undefined);
  }
}
