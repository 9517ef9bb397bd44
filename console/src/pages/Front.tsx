import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { hasEnded, session, setUp, signIn } from "../api/session";
import { ApiError } from "../api/client";
import { Brand } from "../components/Icon";
import { TextInput } from "../components/fields";
import { Action, ErrorNote, Note } from "../components/ui";
import { duration, safe } from "../format";
import { go, parseRoute } from "../router";
import { useStore } from "../store";
import { useTexts } from "../texts";

function Front({ title, children }: { title: string; children: ReactNode }) {
  const gateway = safe(useStore(session)?.gateway ?? "Innkeeper", 40);
  useEffect(() => {
    document.title = `${title} · ${gateway}`;
  }, [title, gateway]);
  return (
    <main className="front">
      <div className="card">
        <div className="brand">
          <Brand />
          <span>{gateway}</span>
        </div>
        <div className="stack">
          <h1>{title}</h1>
          {children}
        </div>
      </div>
    </main>
  );
}

export function SignIn() {
  const t = useTexts();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const ended = useStore(hasEnded);
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await signIn(name.trim(), password);
      if (parseRoute(location.hash).path[0] === "setup") {
        go([]);
      }
    } catch (failure) {
      setError(failure);
      setPassword("");
      setBusy(false);
    }
  };
  return (
    <Front title={t.front.signIn}>
      {ended && error === undefined && <Note look="info">{t.front.ended}</Note>}
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          if (!isBusy) {
            void submit();
          }
        }}
      >
        <TextInput label={t.front.name} name="username" autoComplete="username" value={name} onChange={setName} autoFocus isRequired maxLength={32} />
        <TextInput label={t.front.password} name="password" type="password" autoComplete="current-password" value={password} onChange={setPassword} isRequired maxLength={256} />
        <SignInError error={error} />
        <Action type="submit" look="primary" isPending={isBusy}>
          {t.front.signIn}
        </Action>
      </form>
    </Front>
  );
}

function SignInError({ error }: { error: unknown }) {
  const t = useTexts();
  if (error === undefined) {
    return null;
  }

  if (error instanceof ApiError && error.status === 429) {
    return (
      <div role="alert">
        <Note look="warn">{t.front.throttled(duration(error.retryAfter ?? 30))}</Note>
      </div>
    );
  }

  if (error instanceof ApiError && error.status === 401) {
    return (
      <div role="alert">
        <Note look="bad">{t.front.wrong}</Note>
      </div>
    );
  }

  return <ErrorNote error={error} />;
}

/** The first administrator, by the code of the link that the gateway printed. */
export function SetUp({ code }: { code: string }) {
  const t = useTexts();
  const now = useStore(session);
  const needs = now?.needs_setup === true;
  const isFirstRun = now?.is_first_run === true;
  const [name, setName] = useState("admin");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const differs = again !== "" && again !== password;
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await setUp(code, name.trim(), password);
      go([]);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  if (code === "" || !needs) {
    return (
      <Front title={t.front.setUp}>
        <p>{!needs ? t.front.isSetUp : isFirstRun ? t.firstRun.needsLink : t.front.needsLink}</p>
        {needs ? <pre className="code wrap">{isFirstRun ? "innkeeper setup --web" : "innkeeper user link"}</pre> : <a href="#/">{t.front.signIn}</a>}
      </Front>
    );
  }

  return (
    <Front title={t.front.setUp}>
      <p>{t.front.setUpText}</p>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          if (!isBusy && password !== "" && password === again) {
            void submit();
          }
        }}
      >
        <TextInput label={t.front.name} name="username" autoComplete="username" value={name} onChange={setName} isRequired maxLength={32} />
        <TextInput label={t.front.password} type="password" autoComplete="new-password" value={password} onChange={setPassword} hint={t.account.passwordHint} autoFocus isRequired maxLength={256} />
        <TextInput label={t.front.again} type="password" autoComplete="new-password" value={again} onChange={setAgain} wrong={differs ? t.front.differs : undefined} isRequired maxLength={256} />
        {error !== undefined && <ErrorNote error={error} />}
        <Action type="submit" look="primary" isPending={isBusy} isDisabled={password === "" || password !== again}>
          {t.front.create}
        </Action>
      </form>
    </Front>
  );
}
