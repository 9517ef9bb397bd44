import { useEffect, useState } from "react";
import { ApiError, call } from "../api/client";
import { refreshAll } from "../api/live";
import { useResource } from "../api/resource";
import type { Check, CheckError, ConfigurationFile as FileReport, Reload } from "../api/types";
import { safe } from "../format";
import { later } from "../later";
import { useStore } from "../store";
import { useTexts } from "../texts";
import { Diff } from "./Diff";
import { FormDialog } from "./Dialog";
import { draft } from "./draft";
import { TextInput } from "./fields";
import { toast } from "./Toasts";
import type { Schema } from "./tomlCompletion";
import { Action, ErrorNote, Loaded, Loading, Note, Words } from "./ui";

const Editor = later(() => import("./Editor").then((m) => m.default), <Loading />);
const trialTime = "60s";

export function ConfigurationFile() {
  const file = useResource<FileReport>("/configuration/file", { concerns: (e) => e.kind.startsWith("configuration") || e.kind.startsWith("settings") });
  return <Loaded of={file}>{(data) => <Work file={data} etag={file.etag} reload={file.reload} />}</Loaded>;
}

function Work({ file, etag, reload }: { file: FileReport; etag: string | null; reload: () => void }) {
  const t = useTexts();
  const written = useStore(draft);
  const schema = useResource<Schema>("/configuration/schema");
  const text = written ?? file.text;
  const isChanged = written !== undefined && written !== file.text;
  // The file that the draft began with: a change by somebody else meanwhile must not be lost.
  const [basis, setBasis] = useState({ etag, text: file.text });
  if (!isChanged && basis.etag !== etag) {
    setBasis({ etag, text: file.text });
  }

  const { errors, isChecking, failure } = useCheck(text);
  const [goTo, setGoTo] = useState<{ line: number; column: number }>();
  const [isOpen, setOpen] = useState(false);
  const discard = () => {
    draft.set(undefined);
    setBasis({ etag, text: file.text });
  };
  return (
    <div className="stack">
      {!file.writable && (
        <Note look="warn" title={t.settings.notWritable}>
          {file.note == null ? t.settings.notWritableText : <Words>{file.note}</Words>}
        </Note>
      )}
      {isChanged && basis.etag !== etag && (
        <Note look="warn" title={t.settings.changedMeanwhile} actions={<Action small onPress={discard}>{t.settings.takeNew}</Action>}>
          {t.settings.changedMeanwhileText}
        </Note>
      )}
      <div className="row spread">
        <code className="dim">{safe(file.path, 120)}</code>
        <div className="row">
          <span role="status" className={errors.length > 0 ? "bad" : "dim"}>
            {failure !== undefined ? "" : isChecking ? t.settings.checking : t.settings.errors(errors.length)}
          </span>
          {isChanged && <Action onPress={discard}>{t.settings.discard}</Action>}
          {file.writable && (
            <Action look="primary" isDisabled={!isChanged || errors.length > 0 || isChecking} onPress={() => setOpen(true)}>
              {t.settings.preview}
            </Action>
          )}
        </div>
      </div>
      {failure !== undefined && <ErrorNote error={failure} />}
      <div className="editor">
        <Editor
          label={t.settings.editor}
          phrases={t.settings.phrases}
          value={text}
          onChange={(next) => draft.set(next === file.text ? undefined : next)}
          errors={errors}
          schema={schema.data}
          isReadOnly={false}
          goTo={goTo}
        />
      </div>
      <p className="hint">{t.settings.keys}</p>
      {errors.length > 0 && <Errors errors={errors} onGo={(e) => setGoTo({ line: e.line, column: e.column })} />}
      {isOpen && (
        <ApplyDialog
          text={text}
          before={file.text}
          etag={basis.etag}
          onClose={() => setOpen(false)}
          onApplied={() => {
            draft.set(undefined);
            reload();
          }}
        />
      )}
    </div>
  );
}

function Errors({ errors, onGo }: { errors: readonly CheckError[]; onGo: (error: CheckError) => void }) {
  const t = useTexts();
  return (
    <section className="card" aria-label={t.settings.errors(errors.length)}>
      <ul className="errors">
        {errors.map((error) => (
          <li key={`${error.line} ${error.column} ${error.message}`}>
            <button type="button" onClick={() => onGo(error)}>
              {t.settings.line(error.line, error.column)}
            </button>{" "}
            {error.key != null && <code>{safe(error.key)}: </code>}
            <Words>{error.message}</Words>
          </li>
        ))}
      </ul>
    </section>
  );
}

const none: readonly CheckError[] = [];

/** The errors of a text, asked of the gateway a moment after the last key. */
function useCheck(text: string): { errors: readonly CheckError[]; isChecking: boolean; failure?: unknown } {
  const [state, setState] = useState<{ text?: string; errors: readonly CheckError[]; failure?: unknown }>({ errors: none });
  useEffect(() => {
    const end = new AbortController();
    const timer = setTimeout(() => {
      call<Check>("/configuration/check", { method: "POST", body: { text }, signal: end.signal }).then(
        ({ data }) => setState({ text, errors: data.errors }),
        (failure: unknown) => end.signal.aborted || setState({ text, errors: none, failure }),
      );
    }, 400);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [text]);
  return { errors: state.errors, isChecking: state.text !== text, failure: state.failure };
}

/** What the new settings would do, before they do it; then a trial that ends by itself. */
function ApplyDialog({ text, before, etag, onClose, onApplied }: { text: string; before: string; etag: string | null; onClose: () => void; onApplied: () => void }) {
  const t = useTexts();
  const [comment, setComment] = useState("");
  const [preview, setPreview] = useState<Reload>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const end = new AbortController();
    call<Reload>("/configuration/preview", { method: "POST", body: { text }, signal: end.signal }).then(
      ({ data }) => setPreview(data),
      (failure: unknown) => end.signal.aborted || setError(failure),
    );
    return () => end.abort();
  }, [text]);
  return (
    <FormDialog
      title={t.settings.applyTitle}
      onClose={onClose}
      isWide
      action={t.settings.apply}
      isReady={preview !== undefined}
      onAction={async () => {
        try {
          await call<Reload>("/configuration/apply", { method: "POST", body: { text, comment: comment.trim() === "" ? undefined : comment.trim(), confirm_within: trialTime }, ifMatch: etag });
        } catch (failure) {
          // The gateway that takes new settings may be away before its answer is: the trial then says how it went.
          if (!(failure instanceof ApiError) || failure.code !== "unreachable") {
            throw failure;
          }
        }

        toast(t.settings.applied);
        onApplied();
        refreshAll();
      }}
    >
      {error !== undefined ? <ErrorNote error={error} /> : preview === undefined ? <Loading /> : <Effects preview={preview} />}
      <Diff before={before} after={text} label={t.settings.difference} />
      <TextInput label={t.settings.comment} value={comment} onChange={setComment} hint={t.settings.commentHint} maxLength={200} />
      <Note look="info">{t.settings.trial}</Note>
    </FormDialog>
  );
}

export function Effects({ preview }: { preview: Reload }) {
  const t = useTexts();
  const lists = [
    ["bad", t.settings.cut, preview.cut],
    ["warn", t.settings.held, preview.held],
    ["good", t.settings.admitted, preview.admitted],
  ] as const;
  const touched = lists.filter(([, , names]) => (names?.length ?? 0) > 0);
  return (
    <div className="stack tight" role="status">
      {touched.map(([look, words, names]) => (
        <Note key={look} look={look} title={words(names?.length ?? 0)}>
          <Names names={names ?? []} />
        </Note>
      ))}
      {touched.length === 0 && <Note look="good">{t.settings.noDevices}</Note>}
      <p className="small">
        {preview.changed.length === 0 ? t.settings.nothingChanges : t.settings.changes(preview.changed.length)}{" "}
        {preview.changed.map((key, i) => (
          <span key={key}>
            {i > 0 && ", "}
            <code>{safe(key)}</code>
          </span>
        ))}
      </p>
    </div>
  );
}

const mostNames = 20;

function Names({ names }: { names: readonly string[] }) {
  const t = useTexts();
  return (
    <>
      {names.slice(0, mostNames).map((name) => safe(name)).join(", ")}
      {names.length > mostNames && ` ${t.bulk.andMore(String(names.length - mostNames))}`}
    </>
  );
}
