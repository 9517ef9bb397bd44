import { useState } from "react";
import { call, path } from "../api/client";
import { useResource } from "../api/resource";
import { session } from "../api/session";
import type { Role, Token, Tokens, User, Users as UserList } from "../api/types";
import { FormDialog } from "../components/Dialog";
import { NewToken } from "../components/NewToken";
import { Choice, TextInput } from "../components/fields";
import { Page } from "../components/Page";
import { Table } from "../components/Table";
import { Ago, Time } from "../components/Time";
import { toast } from "../components/Toasts";
import { Action, Card, Empty, Loaded } from "../components/ui";
import { safe } from "../format";
import { useStore } from "../store";
import { useTexts } from "../texts";

const roles: readonly Role[] = ["viewer", "operator", "admin"];

export default function Users() {
  const t = useTexts();
  return (
    <Page title={t.nav.users}>
      <UserCard />
      <TokenCard />
      <Card title={t.users.roles}>
        <dl className="facts">
          {roles.map((role) => [<dt key={role}>{t.roles[role]}</dt>, <dd key={`${role}=`}>{t.users.roleTexts[role]}</dd>])}
        </dl>
      </Card>
    </Page>
  );
}

type UserDialog = { kind: "add" } | { kind: "role" | "password" | "disabled" | "remove"; user: User };

function UserCard() {
  const t = useTexts();
  const users = useResource<UserList>("/users", { every: 30_000 });
  const own = useStore(session)?.name;
  const [open, setOpen] = useState<UserDialog>();
  return (
    <Card
      title={t.users.users}
      flush
      actions={
        <Action icon="person" onPress={() => setOpen({ kind: "add" })}>
          {t.users.add}
        </Action>
      }
    >
      <Loaded of={users}>
        {(data) => (
          <Table heads={[t.users.name, t.users.role, t.users.created, t.users.lastSignIn, t.common.actions]}>
            {data.users.map((user) => (
              <tr key={user.name}>
                <th scope="row">
                  {safe(user.name)} {user.name === own && <span className="chip">{t.users.you}</span>}
                </th>
                <td>{t.roles[user.role]}{user.disabled && <span className="dim"> · {t.users.disabled}</span>}</td>
                <td data-label={t.users.created}>
                  <Time at={user.created} />
                </td>
                <td data-label={t.users.lastSignIn}>{user.last_sign_in == null ? t.users.never : <Ago at={user.last_sign_in} />}</td>
                <td>
                  <span className="row">
                    {user.name !== own && (
                      <>
                        <Action small onPress={() => setOpen({ kind: "role", user })} aria-label={`${t.users.changeRole}: ${user.name}`}>
                          {t.users.changeRole}
                        </Action>
                        <Action small onPress={() => setOpen({ kind: "password", user })} aria-label={`${t.users.setPassword}: ${user.name}`}>
                          {t.users.setPassword}
                        </Action>
                        <Action small onPress={() => setOpen({ kind: "disabled", user })} aria-label={`${user.disabled ? t.users.enable : t.users.disable}: ${user.name}`}>
                          {user.disabled ? t.users.enable : t.users.disable}
                        </Action>
                        <Action small look="danger" onPress={() => setOpen({ kind: "remove", user })} aria-label={`${t.common.remove}: ${user.name}`}>
                          {t.common.remove}
                        </Action>
                      </>
                    )}
                  </span>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Loaded>
      {open !== undefined && <UserForm open={open} onClose={() => setOpen(undefined)} onDone={users.reload} />}
    </Card>
  );
}

function UserForm({ open, onClose, onDone }: { open: UserDialog; onClose: () => void; onDone: () => void }) {
  const t = useTexts();
  const user = open.kind === "add" ? undefined : open.user;
  const [name, setName] = useState(user?.name ?? "");
  const [role, setRole] = useState<Role>(user?.role ?? "operator");
  const [password, setPassword] = useState("");
  const forms = {
    add: { title: t.users.add, action: t.users.add, said: t.users.added, send: () => call("/users", { method: "POST", body: { name: name.trim(), role, password } }) },
    role: { title: t.users.roleOf(safe(name)), action: t.common.save, said: t.users.changed, send: () => call(path`/users/${name}/role`, { method: "PUT", body: { value: role } }) },
    password: { title: t.users.passwordOf(safe(name)), action: t.common.save, said: t.users.changed, send: () => call(path`/users/${name}/password`, { method: "PUT", body: { value: password } }) },
    disabled: {
      title: user?.disabled === true ? t.users.enableOf(safe(name)) : t.users.disableOf(safe(name)),
      action: user?.disabled === true ? t.users.enable : t.users.disable,
      said: t.users.changed,
      send: () => call(path`/users/${name}/disabled`, { method: "PUT", body: { value: user?.disabled === true ? "false" : "true" } }),
    },
    remove: { title: t.users.removeOf(safe(name)), action: t.common.remove, said: t.users.removed, send: () => call(path`/users/${name}`, { method: "DELETE" }) },
  };
  const form = forms[open.kind];
  const needsPassword = open.kind === "add" || open.kind === "password";
  return (
    <FormDialog
      title={form.title}
      onClose={onClose}
      action={form.action}
      look={open.kind === "remove" ? "danger" : "primary"}
      isReady={name.trim() !== "" && (!needsPassword || password !== "")}
      onAction={async () => {
        await form.send();
        toast(form.said(safe(name.trim())));
        onDone();
      }}
    >
      {open.kind === "add" && <TextInput label={t.users.name} value={name} onChange={setName} hint={t.users.nameHint} autoFocus maxLength={32} autoComplete="off" />}
      {(open.kind === "add" || open.kind === "role") && (
        <Choice label={t.users.role} value={role} onChange={(value) => setRole(value as Role)} options={roles.map((r) => [r, t.roles[r]] as const)} hint={t.users.roleTexts[role]} />
      )}
      {needsPassword && <TextInput label={t.account.newPassword} type="password" autoComplete="new-password" value={password} onChange={setPassword} hint={t.account.passwordHint} maxLength={256} />}
      {open.kind === "disabled" && <p>{user?.disabled === true ? t.users.enableText : t.users.disableText}</p>}
      {open.kind === "remove" && <p>{t.users.removeText}</p>}
    </FormDialog>
  );
}

function TokenCard() {
  const t = useTexts();
  const tokens = useResource<Tokens>("/tokens", { every: 30_000 });
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Token>();
  return (
    <Card title={t.users.tokens} flush actions={<Action onPress={() => setAdding(true)}>{t.users.addToken}</Action>}>
      <Loaded of={tokens}>
        {(data) =>
          data.tokens.length === 0 ? (
            <Empty>{t.users.noTokens}</Empty>
          ) : (
            <Table heads={[t.users.name, t.users.role, t.users.created, t.users.expires, t.users.lastUse, t.common.actions]}>
              {data.tokens.map((token) => (
                <tr key={token.name}>
                  <th scope="row">{safe(token.name)}</th>
                  <td>{t.roles[token.role]}</td>
                  <td data-label={t.users.created}>
                    <Time at={token.created} />
                    {token.created_by != null && <span className="dim small"> · {safe(token.created_by)}</span>}
                  </td>
                  <td data-label={t.users.expires}>{token.expires == null ? t.users.noEnd : <Ago at={token.expires} />}</td>
                  <td data-label={t.users.lastUse}>
                    {token.last_use == null ? t.users.never : <Ago at={token.last_use} />}
                    {token.last_from != null && <span className="dim small"> · {safe(token.last_from)}</span>}
                  </td>
                  <td>
                    <Action small look="danger" onPress={() => setRemoving(token)} aria-label={`${t.common.remove}: ${token.name}`}>
                      {t.common.remove}
                    </Action>
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Loaded>
      {isAdding && <NewToken onClose={() => setAdding(false)} onDone={tokens.reload} />}
      {removing !== undefined && (
        <FormDialog
          title={t.users.removeTokenOf(safe(removing.name))}
          onClose={() => setRemoving(undefined)}
          action={t.common.remove}
          look="danger"
          onAction={async () => {
            await call(path`/tokens/${removing.name}`, { method: "DELETE" });
            toast(t.users.removed(safe(removing.name)));
            tokens.reload();
          }}
        >
          <p>{t.users.removeTokenText}</p>
        </FormDialog>
      )}
    </Card>
  );
}
