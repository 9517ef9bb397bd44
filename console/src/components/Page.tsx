import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { session } from "../api/session";
import { useStore } from "../store";

/** A page with its heading, which takes the focus when the page is opened: readers hear where they are. */
export function Page({ title, heading, actions, children, isWide }: { title: string; heading?: ReactNode; actions?: ReactNode; children: ReactNode; isWide?: boolean }) {
  const gateway = useStore(session)?.gateway ?? "";
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${gateway === "" ? "Innkeeper" : gateway}`;
  }, [title, gateway]);
  useEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body || document.activeElement.closest(".nav, .drawer") !== null) {
      head.current?.focus({ preventScroll: true });
    }

    window.scrollTo(0, 0);
  }, []);
  return (
    <div className={isWide === true ? "page wide" : "page"}>
      <header className="page-head">
        <h1 ref={head} tabIndex={-1}>
          {heading ?? title}
        </h1>
        {actions}
      </header>
      {children}
    </div>
  );
}
