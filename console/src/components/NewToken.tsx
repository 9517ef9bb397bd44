import { useState } from "react";
import { call } from "../api/client";
import type { Role } from "../api/types";
import { useTexts } from "../texts";
import { Dialog } from "./Dialog";
import { Choice, TextInput } from "./fields";
import { toast } from "./Toasts";
import { Action, ErrorNote, Note } from "./ui";

const times = ["30d", "90d", "365d", "never"] as const;

/** Makes a token, and shows it this once. */
export function NewToken({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const t = useTexts();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [time, setTime] = useState<string>("365d");
  const [token, setToken] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { data } = await call<{ token: string }>("/tokens", { method: "POST", body: { name: name.trim(), role, for: time } });
      setToken(data.token);
      onDone();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  if (token !== undefined) {
    return (
      <Dialog title={t.users.tokenMade} onClose={onClose} isDismissable={false}>
        <Note look="warn">{t.users.tokenOnce}</Note>
        <div className="secret">
          <code className="grow">{token}</code>
        </div>
        <div className="actions">
          {"clipboard" in navigator && <Action onPress={() => void navigator.clipboard.writeText(token).then(() => toast(t.users.copied))}>{t.users.copy}</Action>}
          <Action look="primary" onPress={onClose}>
            {t.common.close}
          </Action>
        </div>
      </Dialog>
    );
  }

  return (
    <Dialog title={t.users.addToken} onClose={onClose}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          if (name.trim() !== "" && !isBusy) {
            void make();
          }
        }}
      >
        <TextInput label={t.users.name} value={name} onChange={setName} hint={t.users.nameHint} autoFocus maxLength={32} autoComplete="off" />
        <Choice label={t.users.role} value={role} onChange={(value) => setRole(value as Role)} options={(["viewer", "operator", "admin"] as const).map((r) => [r, t.roles[r]] as const)} hint={t.users.roleTexts[role]} />
        <Choice label={t.users.valid} value={time} onChange={setTime} options={times.map((key) => [key, t.users.times[key]] as const)} />
        {error !== undefined && <ErrorNote error={error} />}
        <div className="actions">
          <Action onPress={onClose}>{t.common.cancel}</Action>
          <Action type="submit" look="primary" isDisabled={name.trim() === ""} isPending={isBusy}>
            {t.users.addToken}
          </Action>
        </div>
      </form>
    </Dialog>
  );
}
