import { useEffect } from "react";
import { createStore, useStore } from "../store";
import { useTexts } from "../texts";
import { Action, IconAction } from "./ui";

interface Toast {
  id: number;
  text: string;
  undo?: () => void;
}

const toasts = createStore<readonly Toast[]>([]);
const most = 3;
const shownFor = 12_000;
let nextId = 1;

/** Says what was done, with a way back where there is one. */
export function toast(text: string, undo?: () => void): void {
  toasts.set([...toasts.get().slice(1 - most), { id: nextId++, text, undo }]);
}

function dismiss(id: number): void {
  toasts.set(toasts.get().filter((shown) => shown.id !== id));
}

export function Toasts() {
  const t = useTexts();
  const shown = useStore(toasts);
  return (
    <div className="toasts" role="region" aria-label={t.common.messages}>
      <div role="status" aria-live="polite" className="visually-hidden">
        {shown.at(-1)?.text}
      </div>
      {shown.map((item) => (
        <Shown key={item.id} item={item} />
      ))}
    </div>
  );
}

function Shown({ item }: { item: Toast }) {
  const t = useTexts();
  useEffect(() => {
    const timer = setTimeout(() => dismiss(item.id), shownFor);
    return () => clearTimeout(timer);
  }, [item.id]);
  return (
    <div className="toast enter">
      <span className="words grow">{item.text}</span>
      {item.undo !== undefined && (
        <Action
          small
          onPress={() => {
            dismiss(item.id);
            item.undo?.();
          }}
        >
          {t.common.undo}
        </Action>
      )}
      <IconAction label={t.common.dismiss} icon="close" small onPress={() => dismiss(item.id)} />
    </div>
  );
}
