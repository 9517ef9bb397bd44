import { hasEnded, session } from "../api/session";
import { createStore } from "../store";

/** The configuration file as the person is writing it; undefined: as it is. It lasts while they look at other pages. */
export const draft = createStore<string | undefined>(undefined);

let author = session.get()?.name;

// A session that ends by itself keeps the draft for its author; who signs out, or signs in after another, finds none.
session.subscribe(() => {
  const name = session.get()?.name;
  if (name === undefined ? !hasEnded.get() : author !== undefined && name !== author) {
    draft.set(undefined);
  }

  author = name ?? author;
});

// A closed tab asks first.
addEventListener("beforeunload", (e) => {
  if (draft.get() !== undefined) {
    e.preventDefault();
  }
});
