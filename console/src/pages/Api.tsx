import { useMemo, useState } from "react";
import { send, url } from "../api/client";
import { useResource } from "../api/resource";
import { useMay } from "../api/session";
import type { Role } from "../api/types";
import { Choice, TextInput } from "../components/fields";
import { Icon } from "../components/Icon";
import { curlOf, exampleOf, fill, operationsOf } from "../components/openapi";
import type { Document, Operation } from "../components/openapi";
import { Page } from "../components/Page";
import { Action, Card, ErrorNote, Loaded, Note } from "../components/ui";
import { useTexts } from "../texts";

export default function Api() {
  const t = useTexts();
  const document = useResource<Document>("/openapi.json");
  return (
    <Page title={t.nav.api} actions={
        <div className="row">
          <a href={url("/openapi.json")} download="innkeeper-openapi.json">
            {t.api.document}
          </a>
          <a href="licenses.md">{t.api.licences}</a>
        </div>
      }>
      <p className="dim">{t.api.intro}</p>
      <Loaded of={document}>{(data) => <Operations document={data} />}</Loaded>
    </Page>
  );
}

function Operations({ document }: { document: Document }) {
  const t = useTexts();
  const [text, setText] = useState("");
  const all = useMemo(() => operationsOf(document), [document]);
  const shown = all.filter((o) => `${o.method} ${o.path} ${o.summary}`.toLowerCase().includes(text.trim().toLowerCase()));
  const tags = [...new Set(shown.map((o) => o.tag))];
  return (
    <>
      <div className="filters">
        <TextInput label={t.api.find} value={text} onChange={setText} maxLength={64} />
      </div>
      {tags.map((tag) => (
        <Card key={tag} title={tag === "" ? t.api.other : tag} flush>
          {shown
            .filter((o) => o.tag === tag)
            .map((operation) => (
              <OneOperation key={operation.id} operation={operation} document={document} />
            ))}
        </Card>
      ))}
    </>
  );
}

function OneOperation({ operation, document }: { operation: Operation; document: Document }) {
  const t = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="operation">
      <h3>
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <span className="method">{operation.method}</span>
          <span className="grow">
            <code className="words">{operation.path}</code>
            <br />
            <span className="dim small" lang="en">
              {operation.summary}
            </span>
          </span>
          <span className="chip">{t.roles[operation.role as Role] ?? t.api.anyone}</span>
          <Icon name={isOpen ? "up" : "down"} />
        </button>
      </h3>
      {isOpen && <Try operation={operation} document={document} />}
    </div>
  );
}

interface Shown {
  status: number;
  text: string;
}

const longestShown = 100_000;
const isStream = (operation: Operation) => operation.path.endsWith("/stream") || operation.path.endsWith("/capture") || operation.path === "/backup";

function Try({ operation, document }: { operation: Operation; document: Document }) {
  const t = useTexts();
  const may = useMay((["viewer", "operator", "admin"].includes(operation.role) ? operation.role : "viewer") as Role);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [body, setBody] = useState(() => (operation.body === undefined ? "" : JSON.stringify(exampleOf(operation.body, document), null, 2)));
  const [answer, setAnswer] = useState<Shown>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const route = fill(operation, values);
  const content = operation.body === undefined ? undefined : body;
  const lacks = operation.parameters.some((p) => p.in === "path" && (values[p.name] ?? "") === "");
  const run = async () => {
    setBusy(true);
    setError(undefined);
    setAnswer(undefined);
    try {
      const response = await send(route, { method: operation.method as "GET", body: content === undefined ? undefined : (JSON.parse(content) as unknown) });
      setAnswer({ status: response.status, text: pretty(await response.text()) });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="body stack"
      onSubmit={(e) => {
        e.preventDefault();
        void run();
      }}
    >
      {operation.parameters.length > 0 && (
        <div className="filters">
          {operation.parameters
            .filter((p) => p.in !== "header")
            .map((p) => {
              const set = (value: string) => setValues({ ...values, [p.name]: value });
              const label = `${p.name}${p.in === "path" ? " *" : ""}`;
              return p.schema?.type === "boolean" ? (
                <Choice key={p.name} label={label} value={values[p.name] ?? ""} onChange={set} options={[["", "–"], ["true", "true"], ["false", "false"]]} hint={<span lang="en">{p.description}</span>} />
              ) : (
                <TextInput key={p.name} label={label} value={values[p.name] ?? ""} onChange={set} hint={<span lang="en">{p.description}</span>} />
              );
            })}
        </div>
      )}
      {operation.body !== undefined && (
        <div className="field">
          <label htmlFor={`body ${operation.id}`}>{t.api.body}</label>
          <textarea id={`body ${operation.id}`} rows={Math.min(12, body.split("\n").length + 1)} value={body} onChange={(e) => setBody(e.target.value)} spellCheck={false} />
        </div>
      )}
      <div>
        <p className="field-label" id={`curl ${operation.id}`}>
          curl
        </p>
        <pre className="code wrap" role="region" aria-labelledby={`curl ${operation.id}`} tabIndex={0}>
          {curlOf(operation.method, new URL(url(route), window.document.baseURI).href, content === undefined ? undefined : compact(content))}
        </pre>
      </div>
      {may && !isStream(operation) && (
        <div className="row">
          <Action type="submit" look={operation.method === "GET" ? "primary" : "danger"} isDisabled={lacks} isPending={isBusy}>
            {operation.method === "GET" ? t.api.send : t.api.sendChange}
          </Action>
          {operation.method !== "GET" && <span className="hint">{t.api.changes}</span>}
        </div>
      )}
      {isStream(operation) && <Note look="info">{t.api.stream}</Note>}
      <div role="status">
        {error !== undefined && (error instanceof SyntaxError ? <Note look="bad">{t.api.noJson}</Note> : <ErrorNote error={error} />)}
        {answer !== undefined && (
          <>
            <p className="field-label">{t.api.answer(answer.status)}</p>
            <pre className="code" role="region" aria-label={t.api.answer(answer.status)} tabIndex={0}>
              {answer.text}
            </pre>
          </>
        )}
      </div>
    </form>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2).slice(0, longestShown);
  } catch {
    return text.slice(0, longestShown);
  }
}

function compact(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
