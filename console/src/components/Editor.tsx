import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import type { Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import type { Text } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import type { CheckError } from "../api/types";
import { placeOf, suggest } from "./tomlCompletion";
import type { Schema } from "./tomlCompletion";

interface EditorProps {
  label: string;
  /** The editor's own words in the console's language, by the English ones. */
  phrases: Readonly<Record<string, string>>;
  value: string;
  onChange: (value: string) => void;
  errors: readonly CheckError[];
  schema: Schema | undefined;
  isReadOnly: boolean;
  /** Where to put the cursor: a new object each time. */
  goTo: { line: number; column: number } | undefined;
}

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--card)", fontSize: "0.8125rem" },
  // The frame around it shows the focus.
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--dim)", borderRight: "1px solid var(--edge)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in oklab, var(--mark-soft) 55%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--mark-soft)" },
  ".cm-tooltip": { backgroundColor: "var(--card)", border: "1px solid var(--edge)", borderRadius: "0.3125rem", color: "var(--ink)", maxWidth: "28rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--mark-soft)", color: "var(--ink)" },
  ".cm-completionDetail": { color: "var(--dim)", fontStyle: "normal" },
  ".cm-completionInfo": { font: "0.8125rem/1.45 system-ui, sans-serif", padding: "0.375rem 0.625rem" },
  ".cm-panels": { backgroundColor: "var(--sunk)", color: "var(--ink)" },
  ".cm-panel input, .cm-panel button": { font: "inherit", color: "inherit", background: "var(--card)", border: "1px solid var(--edge-strong)", borderRadius: "0.25rem" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--dim)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.atom], color: "var(--warn)" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--mark)" },
  { tag: [tags.heading, tags.keyword], color: "var(--mark)", fontWeight: "bold" },
]);

function complete(schema: () => Schema | undefined) {
  return (context: CompletionContext): CompletionResult | null => {
    const known = schema();
    const place = known === undefined ? null : placeOf(context.state.doc.sliceString(0, context.pos));
    if (known === undefined || place === null || (place.typed === "" && place.kind === "key" && !context.explicit)) {
      return null;
    }

    const options = suggest(known, place).map((s) => ({ label: s.label, apply: s.insert, detail: s.detail, info: s.info, type: place.kind === "value" ? "constant" : "property" }));
    return options.length === 0 ? null : { from: context.pos - place.typed.length, options, validFor: /^"?[A-Za-z0-9_.-]*$/ };
  };
}

function positionOf(doc: Text, line: number, column: number): number {
  const at = doc.line(Math.min(Math.max(1, line), doc.lines));
  return Math.min(at.to, at.from + Math.max(0, column - 1));
}

function diagnosticsOf(doc: Text, errors: readonly CheckError[]): Diagnostic[] {
  return errors.map((error) => {
    const from = positionOf(doc, error.line, error.column);
    return { from, to: doc.lineAt(from).to, severity: "error", message: error.key == null ? error.message : `${error.key}: ${error.message}` };
  });
}

/**
 * The configuration file as text. It lives in a shadow root: there the editor's styles are adopted style sheets, which the content
 * security policy allows, instead of style elements.
 */
export default function Editor({ label, phrases, value, onChange, errors, schema, isReadOnly, goTo }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const now = useRef({ onChange, schema, value });
  const locked = useRef(new Compartment());
  useEffect(() => {
    now.current = { onChange, schema, value };
  });

  useEffect(() => {
    const element = host.current;
    if (element === null) {
      return;
    }

    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    const made = new EditorView({
      root,
      state: EditorState.create({
        doc: now.current.value,
        extensions: [
          lineNumbers(),
          highlightActiveLineGutter(),
          highlightActiveLine(),
          history(),
          drawSelection(),
          bracketMatching(),
          highlightSelectionMatches(),
          search({ top: true }),
          lintGutter(),
          StreamLanguage.define(toml),
          syntaxHighlighting(colours),
          autocompletion({ override: [complete(() => now.current.schema)], icons: false }),
          keymap.of([...completionKeymap, ...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorState.phrases.of(phrases),
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              now.current.onChange(update.state.doc.toString());
            }
          }),
          locked.current.of([]),
          look,
        ],
      }),
    });
    made.dom.style.height = "100%";
    root.append(made.dom);
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
  }, [label, phrases]);

  useEffect(() => {
    const shown = view.current;
    if (shown !== null && shown.state.doc.toString() !== value) {
      shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: value } });
    }
  }, [value, label]);
  useEffect(() => view.current?.dispatch({ effects: locked.current.reconfigure(isReadOnly ? [EditorState.readOnly.of(true), EditorView.editable.of(false)] : []) }), [isReadOnly, label]);
  useEffect(() => {
    const shown = view.current;
    if (shown !== null) {
      shown.dispatch(setDiagnostics(shown.state, diagnosticsOf(shown.state.doc, errors)));
    }
  }, [errors, label]);
  useEffect(() => {
    const shown = view.current;
    if (shown !== null && goTo !== undefined) {
      shown.dispatch({ selection: { anchor: positionOf(shown.state.doc, goTo.line, goTo.column) }, scrollIntoView: true });
      shown.focus();
    }
  }, [goTo]);
  return <div ref={host} />;
}
