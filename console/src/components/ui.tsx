import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import type { ButtonProps } from "react-aria-components/Button";
import { ApiError } from "../api/client";
import { safe } from "../format";
import { useTexts } from "../texts";
import type { Texts } from "../texts";
import { Icon } from "./Icon";
import type { IconName } from "./Icon";

export interface ActionProps extends Omit<ButtonProps, "className" | "children" | "isPending"> {
  children: ReactNode;
  /** Its order is being carried out: it keeps the focus, and further presses do nothing. */
  isPending?: boolean;
  look?: "primary" | "danger" | "plain";
  small?: boolean;
  icon?: IconName;
}

export function Action({ children, look, small, icon, isPending, onPress, ...rest }: ActionProps) {
  return (
    <AriaButton {...rest} onPress={isPending === true ? undefined : onPress} className={`button ${look ?? ""} ${small === true ? "small" : ""} ${isPending === true ? "busy" : ""}`}>
      {icon !== undefined && <Icon name={icon} size={16} />}
      {children}
    </AriaButton>
  );
}

/** A button with a picture alone; `label` is its name. */
export function IconAction({ label, icon, small, look = "plain", ...rest }: Omit<ActionProps, "children"> & { label: string; icon: IconName }) {
  return (
    <AriaButton {...rest} aria-label={label} className={`button icon ${look} ${small === true ? "small" : ""}`}>
      <Icon name={icon} />
    </AriaButton>
  );
}

export function Card({ title, actions, children, flush }: { title?: ReactNode; actions?: ReactNode; children: ReactNode; flush?: boolean }) {
  return (
    <section className={flush === true ? "card flush" : "card"}>
      {title !== undefined && (
        <div className="card-head row spread">
          <h2>{title}</h2>
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}

export function Note({ look, title, children, actions, live }: { look: "good" | "warn" | "bad" | "info"; title?: ReactNode; children?: ReactNode; actions?: ReactNode; live?: boolean }) {
  return (
    <div className={`note ${look}`} role={live === true ? "status" : undefined}>
      <Icon name={look} />
      <div className="grow words">
        {title !== undefined && <strong>{title}</strong>}
        {title !== undefined && children !== undefined && <br />}
        {children}
      </div>
      {actions !== undefined && <div className="actions">{actions}</div>}
    </div>
  );
}

/** Pairs of a name and a value; pairs without a value are left out. */
export function Facts({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {rows
        .filter(([, value]) => value !== undefined && value !== null && value !== "")
        .map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}=`}>{value}</dd>])}
    </dl>
  );
}

export function Meter({ part, whole, label }: { part: number; whole: number; label: string }) {
  const share = whole === 0 ? 0 : Math.min(1, part / whole);
  return (
    <div className={`meter ${share >= 0.95 ? "bad" : share >= 0.8 ? "warn" : ""}`} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={whole} aria-valuenow={part}>
      <span style={{ inlineSize: `${share * 100}%` }} />
    </div>
  );
}

/** A sentence for a failure: the gateway's own where it gave one. */
export function errorText(error: unknown, t: Texts): string {
  if (!(error instanceof ApiError)) {
    return t.errors.unknown;
  }

  const known = t.errors.codes[error.code as keyof typeof t.errors.codes] as string | undefined;
  return error.detail !== "" ? safe(error.detail, 500) : (known ?? t.errors.http(error.status));
}

export function ErrorNote({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useTexts();
  return (
    <div role="alert">
      <Note look="bad" actions={retry === undefined ? undefined : <Action small onPress={retry}>{t.common.again}</Action>}>
        {errorText(error, t)}
      </Note>
    </div>
  );
}

export function Loading() {
  const t = useTexts();
  return (
    <p className="loading" role="status">
      {t.common.loading}
    </p>
  );
}

/** What was read, or that it is read, or why it cannot be. Old data stay while a new reading fails: the line above says since when. */
export function Loaded<T>({ of, children }: { of: { data: T | undefined; error: ApiError | undefined; reload(): void }; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) {
    return children(of.data);
  }

  return of.error === undefined || of.error.code === "unreachable" ? <Loading /> : <ErrorNote error={of.error} retry={of.reload} />;
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

/** Text that a device or the gateway wrote, in the gateway's language. */
export function Words({ children }: { children: string }) {
  return (
    <span lang="en" className="words">
      {safe(children, 1000)}
    </span>
  );
}
