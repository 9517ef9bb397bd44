import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from "react-aria-components/Menu";
import type { Selection } from "react-aria-components/Menu";
import { call, path } from "../api/client";
import { useResource } from "../api/resource";
import { session, signOut } from "../api/session";
import type { OwnSessions } from "../api/types";
import { safe } from "../format";
import { useStore } from "../store";
import { languages, setLanguage, useLanguage, useTexts } from "../texts";
import type { Language } from "../texts";
import { setTheme, theme, themes } from "../theme";
import type { Theme } from "../theme";
import { Dialog, FormDialog } from "./Dialog";
import { TextInput } from "./fields";
import { Icon } from "./Icon";
import { Ago, Time } from "./Time";
import { toast } from "./Toasts";
import { Action, Loaded, errorText } from "./ui";

function only<T extends string>(keys: Selection): T | undefined {
  return keys === "all" ? undefined : ([...keys][0] as T | undefined);
}

/** Who is signed in, colours, language, password, and the way out. */
export function AccountMenu() {
  const t = useTexts();
  const now = useStore(session);
  const language = useLanguage();
  const chosenTheme = useStore(theme);
  const [open, setOpen] = useState<"password" | "sessions">();
  const name = safe(now?.name ?? "", 32);
  return (
    <>
      <MenuTrigger>
        <Button className="button plain" aria-label={t.account.menu(name)}>
          <Icon name="person" />
          <span className="account-name">{name}</span>
        </Button>
        <Popover className="popover" placement="bottom end">
          <Menu className="menu" onAction={(key) => (key === "out" ? void signOut() : key === "password" || key === "sessions" ? setOpen(key) : undefined)}>
            <MenuSection aria-label={t.account.you}>
              <Header className="menu-title">
                {name} · {now?.role == null ? "" : t.roles[now.role]}
              </Header>
              <MenuItem id="password" className="menu-item">
                {t.account.changePassword}
              </MenuItem>
              <MenuItem id="sessions" className="menu-item">
                {t.account.sessions}
              </MenuItem>
              <MenuItem id="out" className="menu-item">
                {t.account.signOut}
              </MenuItem>
            </MenuSection>
            <Separator className="menu-line" />
            <MenuSection
              aria-label={t.account.theme}
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[chosenTheme]}
              onSelectionChange={(keys) => setTheme(only<Theme>(keys) ?? "system")}
            >
              <Header className="menu-title">{t.account.theme}</Header>
              {themes.map((key) => (
                <Item key={key} id={key}>
                  {t.account.themes[key]}
                </Item>
              ))}
            </MenuSection>
            <Separator className="menu-line" />
            <MenuSection
              aria-label={t.account.language}
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[language]}
              onSelectionChange={(keys) => void setLanguage(only<Language>(keys) ?? "en", true)}
            >
              <Header className="menu-title">{t.account.language}</Header>
              {(Object.keys(languages) as Language[]).map((key) => (
                <Item key={key} id={key}>
                  <span lang={key}>{languages[key]}</span>
                </Item>
              ))}
            </MenuSection>
          </Menu>
        </Popover>
      </MenuTrigger>
      {open === "password" && <PasswordDialog name={now?.name ?? ""} onClose={() => setOpen(undefined)} />}
      {open === "sessions" && <SessionsDialog onClose={() => setOpen(undefined)} />}
    </>
  );
}

function Item({ id, children }: { id: string; children: React.ReactNode }) {
  return (
    <MenuItem id={id} className="menu-item" textValue={id}>
      {({ isSelected }) => (
        <>
          <span className="tick">{isSelected && <Icon name="check" size={16} />}</span>
          {children}
        </>
      )}
    </MenuItem>
  );
}

/** Where the person is signed in. */
function SessionsDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const sessions = useResource<OwnSessions>("/sessions");
  const end = async (number: string) => {
    try {
      await call(path`/sessions/${number}`, { method: "DELETE" });
    } catch (error) {
      toast(errorText(error, t));
    }

    sessions.reload();
  };
  return (
    <Dialog title={t.account.sessions} onClose={onClose}>
      <Loaded of={sessions}>
        {(data) => (
          <ul className="needs">
            {data.sessions.map((one) => (
              <li key={one.number}>
                <span className="who">
                  <span className="mono">{safe(one.from)}</span> {one.is_this && <span className="chip">{t.account.thisOne}</span>}
                  <br />
                  <span className="dim small">
                    <Time at={one.since} /> · <Ago at={one.last_seen} />
                  </span>
                </span>
                {!one.is_this && (
                  <Action small look="danger" onPress={() => void end(one.number)} aria-label={`${t.account.end}: ${safe(one.from)}`}>
                    {t.account.end}
                  </Action>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <div className="actions">
        <Action onPress={onClose}>{t.common.close}</Action>
      </div>
    </Dialog>
  );
}

function PasswordDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const t = useTexts();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  return (
    <FormDialog
      title={t.account.changePassword}
      onClose={onClose}
      action={t.common.save}
      isReady={old !== "" && next !== ""}
      onAction={async () => {
        await call(path`/users/${name}/password`, { method: "PUT", body: { value: next, old } });
        toast(t.account.passwordChanged);
      }}
    >
      <TextInput label={t.account.oldPassword} type="password" autoComplete="current-password" value={old} onChange={setOld} autoFocus />
      <TextInput label={t.account.newPassword} type="password" autoComplete="new-password" value={next} onChange={setNext} hint={t.account.passwordHint} />
    </FormDialog>
  );
}
