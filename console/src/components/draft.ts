import { createStore } from "../store";

/** The configuration file as the person is writing it; undefined: as it is. It lasts while they look at other pages. */
export const draft = createStore<string | undefined>(undefined);

// A closed tab asks first.
addEventListener("beforeunload", (e) => {
  if (draft.get() !== undefined) {
    e.preventDefault();
  }
});
