import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Modal, ModalOverlay } from "react-aria-components/Modal";
import { useResource } from "../api/resource";
import { session, useIsOutdated, useMay } from "../api/session";
import type { Role, Status } from "../api/types";
import { number, safe } from "../format";
import { go, href, replaceQuery, useRoute } from "../router";
import { useStore } from "../store";
import { useTexts } from "../texts";
import { AccountMenu } from "./AccountMenu";
import { Search } from "./fields";
import { Brand, Icon } from "./Icon";
import type { IconName } from "./Icon";
import { PendingChange } from "./PendingChange";
import { StaleLine } from "./StaleLine";
import { Action, IconAction, Note } from "./ui";

interface Place {
  name: "" | "devices" | "vouchers" | "rooms" | "machines" | "events" | "audit" | "mail" | "network" | "settings" | "users" | "api";
  icon: IconName;
  role: Role;
  isApart?: boolean;
}

const places: readonly Place[] = [
  { name: "", icon: "overview", role: "viewer" },
  { name: "devices", icon: "devices", role: "viewer" },
  { name: "machines", icon: "machines", role: "viewer" },
  { name: "vouchers", icon: "voucher", role: "operator" },
  { name: "rooms", icon: "room", role: "operator" },
  { name: "events", icon: "events", role: "viewer" },
  { name: "network", icon: "network", role: "viewer" },
  { name: "audit", icon: "audit", role: "admin", isApart: true },
  { name: "mail", icon: "mail", role: "admin" },
  { name: "settings", icon: "settings", role: "viewer" },
  { name: "users", icon: "users", role: "admin" },
  { name: "api", icon: "api", role: "viewer", isApart: true },
];

/** The status, read every 5 seconds while the page is visible; shared by all that show a part of it. */
export function useStatus() {
  return useResource<Status>("/status", { every: 5000, concerns: () => true });
}

export function Shell({ page, children }: { page: string; children: ReactNode }) {
  const t = useTexts();
  const [isOpen, setOpen] = useState(false);
  const gateway = useStore(session)?.gateway ?? "Innkeeper";
  const isOutdated = useIsOutdated();
  return (
    <div className="shell">
      <button type="button" className="button primary skip" onClick={() => document.getElementById("main")?.focus()}>
        {t.nav.skip}
      </button>
      <header className="topbar">
        <span className="menu-button">
          <IconAction label={t.nav.menu} icon="menu" onPress={() => setOpen(true)} aria-expanded={isOpen} />
        </span>
        <a className="brand" href={href([])}>
          <Brand />
          <span>{safe(gateway, 40)}</span>
        </a>
        <Finder />
        <AccountMenu />
      </header>
      <aside className="sidebar">
        <Places page={page} />
      </aside>
      <main className="main" id="main" tabIndex={-1}>
        <StaleLine />
        <PendingChange />
        {isOutdated && (
          <div className="banner">
            <Note look="info" live actions={<Action small onPress={() => location.reload()}>{t.errors.loadAgain}</Action>}>
              {t.errors.outdated}
            </Note>
          </div>
        )}
        {children}
      </main>
      {isOpen && (
        <ModalOverlay isOpen onOpenChange={setOpen} isDismissable className="overlay">
          <Modal className="drawer">
            <AriaDialog className="dialog" aria-label={t.nav.menu}>
              <div className="row spread">
                <Brand />
                <IconAction label={t.common.close} icon="close" onPress={() => setOpen(false)} />
              </div>
              <Places page={page} onChosen={() => setOpen(false)} />
            </AriaDialog>
          </Modal>
        </ModalOverlay>
      )}
    </div>
  );
}

function Places({ page, onChosen }: { page: string; onChosen?: () => void }) {
  const t = useTexts();
  const status = useStatus();
  const [isOperator, isAdmin] = [useMay("operator"), useMay("admin")];
  const waiting = status.data?.known?.["held"] ?? 0;
  const shown = places.filter((place) => place.role === "viewer" || (place.role === "operator" ? isOperator : isAdmin));
  return (
    <nav className="nav" aria-label={t.nav.label}>
      <ul>
        {shown.map(({ name, icon, isApart }) => {
          const isHere = page === name || (name === "devices" && page === "device");
          return (
            <li key={name} className={isApart === true ? "apart" : undefined}>
              <a href={href(name === "" ? [] : [name])} aria-current={isHere ? "page" : undefined} onClick={onChosen}>
                <Icon name={icon} />
                {name === "settings" && !isAdmin ? t.nav.profiles : t.nav[name === "" ? "overview" : name]}
                {name === "devices" && waiting > 0 && (
                  <span className="count" title={t.overview.waiting(waiting)}>
                    {number(waiting)}
                    <span className="visually-hidden"> {t.states.waits}</span>
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** The search box of every page: "/" goes to it, Enter shows the devices that match. */
function Finder() {
  const t = useTexts();
  const route = useRoute();
  const isList = route.path[0] === "devices" && route.path.length === 1;
  const inUrl = isList ? (route.query.get("text") ?? "") : "";
  const [text, setText] = useState(inUrl);
  const [known, setKnown] = useState(inUrl);
  if (known !== inUrl) {
    setKnown(inUrl);
    setText(inUrl);
  }

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const target = e.target as HTMLElement;
      if (e.key === "/" && !e.ctrlKey && !e.metaKey && !e.altKey && target.closest("input, textarea, select, [contenteditable], .editor, [role=dialog]") === null) {
        e.preventDefault();
        document.getElementById("finder")?.focus();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  const show = (value: string) => (isList ? replaceQuery({ text: value.trim() }) : go(["devices"], { text: value.trim() }));
  useEffect(() => {
    if (isList && text.trim() !== inUrl) {
      // Long enough for keys that are pressed as one, and no pause that a person notices.
      const timer = setTimeout(() => show(text), 50);
      return () => clearTimeout(timer);
    }

    return undefined;
  });
  return (
    <form
      role="search"
      onSubmit={(e) => {
        e.preventDefault();
        show(text);
      }}
    >
      <Search label={t.nav.find} value={text} onChange={setText} onSubmit={show} clear={t.common.clear} id="finder" />
    </form>
  );
}
