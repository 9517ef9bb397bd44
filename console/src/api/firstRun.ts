import { createStore } from "../store";

/** A gateway is being tried by the first-run page: the page stays, whichever server answers. */
export const isTrying = createStore<boolean>(false);

/** What the person chose so far, as the fields have it. */
export interface Choices {
  access: string;
  uplink: string;
  devices: string;
  ranges: string;
  admission: "auto" | "approve";
  lifetime: string;
  wantsMail: boolean;
  server: string;
  tls: string;
  user: string;
  password: string;
  from: string;
  to: string;
}

export const noChoices: Choices = { access: "", uplink: "", devices: "50", ranges: "", admission: "auto", lifetime: "", wantsMail: false, server: "", tls: "starttls", user: "", password: "", from: "", to: "" };

function given(text: string): string | undefined {
  return text.trim() === "" ? undefined : text.trim();
}

export function mailOf(choices: Choices) {
  return { server: given(choices.server), tls: choices.tls, user: given(choices.user), password: given(choices.password), from: given(choices.from), to: given(choices.to) };
}

/** As the API takes it. */
export function requestOf(choices: Choices) {
  return {
    access: choices.access,
    uplink: choices.uplink,
    shared: choices.ranges.split(",").map((range) => range.trim()).filter((range) => range !== ""),
    admission: choices.admission,
    lifetime: choices.lifetime.trim(),
    mail: choices.wantsMail ? mailOf(choices) : undefined,
  };
}
