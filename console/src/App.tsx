import { Component, useEffect } from "react";
import type { ComponentType, ReactNode } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { follow } from "./api/live";
import { isTrying } from "./api/firstRun";
import { session, sessionFailure, readSession, useMay } from "./api/session";
import type { Role } from "./api/types";
import { Shell } from "./components/Shell";
import { Toasts } from "./components/Toasts";
import { Action, Empty, ErrorNote, Loading, Note } from "./components/ui";
import { later, loadAll } from "./later";
import { SetUp, SignIn } from "./pages/Front";
import { Overview } from "./pages/Overview";
import { useRoute } from "./router";
import { useStore } from "./store";
import { useLanguage, useTexts } from "./texts";

interface Page {
  role: Role;
  show: ComponentType<{ rest: readonly string[] }>;
}

const pages: Readonly<Record<string, Page>> = {
  "": { role: "viewer", show: Overview },
  devices: { role: "viewer", show: later(() => import("./pages/Devices").then((m) => m.default), <Loading />) },
  device: { role: "viewer", show: later(() => import("./pages/Device").then((m) => m.default), <Loading />) },
  machines: { role: "viewer", show: later(() => import("./pages/Machines").then((m) => m.default), <Loading />) },
  events: { role: "viewer", show: later(() => import("./pages/Events").then((m) => m.default), <Loading />) },
  vouchers: { role: "operator", show: later(() => import("./pages/Vouchers").then((m) => m.default), <Loading />) },
  rooms: { role: "operator", show: later(() => import("./pages/Rooms").then((m) => m.default), <Loading />) },
  audit: { role: "admin", show: later(() => import("./pages/Audit").then((m) => m.default), <Loading />) },
  mail: { role: "admin", show: later(() => import("./pages/Mail").then((m) => m.default), <Loading />) },
  network: { role: "viewer", show: later(() => import("./pages/Network").then((m) => m.default), <Loading />) },
  settings: { role: "viewer", show: later(() => import("./pages/Settings").then((m) => m.default), <Loading />) },
  users: { role: "admin", show: later(() => import("./pages/Users").then((m) => m.default), <Loading />) },
  api: { role: "viewer", show: later(() => import("./pages/Api").then((m) => m.default), <Loading />) },
};

const FirstRun = later(() => import("./pages/FirstRun").then((m) => m.default), <Loading />);

// When the first page is there and drawn.
const quietAfter = 3000;

const locales = { en: "en-US", de: "de-DE", fr: "fr-FR", es: "es-ES" } as const;

export function App() {
  const language = useLanguage();
  return (
    <I18nProvider locale={locales[language]}>
      <Content />
      <Toasts />
    </I18nProvider>
  );
}

function Content() {
  const now = useStore(session);
  const failure = useStore(sessionFailure);
  const route = useRoute();
  const isSignedIn = now?.is_signed_in === true;
  const isTrial = useStore(isTrying);
  const isFirstRun = now?.is_first_run === true || isTrial;
  const isAtWork = isSignedIn && !isFirstRun;
  useEffect(() => (isAtWork ? follow() : undefined), [isAtWork]);
  useEffect(() => {
    const timer = isAtWork ? setTimeout(() => void loadAll(), quietAfter) : undefined;
    return () => clearTimeout(timer);
  }, [isAtWork]);
  useEffect(() => {
    if (now === undefined && failure !== undefined) {
      const timer = setTimeout(() => void readSession(), 2000);
      return () => clearTimeout(timer);
    }

    return undefined;
  }, [now, failure]);

  if (now === undefined) {
    return <main className="front">{failure === undefined ? <Loading /> : <ErrorNote error={failure} retry={() => void readSession()} />}</main>;
  }

  if (!isSignedIn) {
    return route.path[0] === "setup" || now.needs_setup ? <SetUp code={route.query.get("code") ?? ""} /> : <SignIn />;
  }

  if (isFirstRun) {
    return (
      <Failsafe>
        <FirstRun />
      </Failsafe>
    );
  }

  const [first = "", second] = route.path;
  const name = first === "devices" && second !== undefined ? "device" : first;
  return (
    <Shell page={name}>
      <Failsafe key={route.path.join("/")}>
        <Shown name={name} rest={route.path.slice(1)} />
      </Failsafe>
    </Shell>
  );
}

function Shown({ name, rest }: { name: string; rest: readonly string[] }) {
  const t = useTexts();
  const page = Object.hasOwn(pages, name) ? pages[name] : undefined;
  const may = useMay(page?.role ?? "viewer");
  if (page === undefined || !may) {
    return <Empty>{page === undefined ? t.errors.noPage : t.errors.notYours}</Empty>;
  }

  const Page = page.show;
  return <Page rest={rest} />;
}

/** A page that fails leaves the others alone. After an upgrade of the gateway, a part that was not loaded yet may be gone. */
class Failsafe extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? <Failed /> : this.props.children;
  }
}

function Failed() {
  const t = useTexts();
  return (
    <div role="alert">
      <Note look="bad" title={t.errors.pageFailed} actions={<Action onPress={() => location.reload()}>{t.errors.loadAgain}</Action>}>
        {t.errors.pageFailedText}
      </Note>
    </div>
  );
}
