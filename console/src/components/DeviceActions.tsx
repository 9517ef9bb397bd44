import { useState } from "react";
import { decide, forget, nameOf, setTag, setValue } from "../api/orders";
import { useResource } from "../api/resource";
import { useMay } from "../api/session";
import type { Device, Profiles } from "../api/types";
import { go } from "../router";
import { useTexts } from "../texts";
import { FormDialog } from "./Dialog";
import { Choice, TextInput } from "./fields";
import { toast } from "./Toasts";
import { Action, errorText } from "./ui";

/** The times that people let a device in for. */
export const usualTimes = ["1h", "8h", "24h", "7d", "30d"] as const;

/** One press, without a dialog: what failed is said in a toast. */
export function QuickApprove({ device, time, small = true }: { device: Device; time: string; small?: boolean }) {
  const t = useTexts();
  const [isBusy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    try {
      await decide(device, { order: "approve", approval: { for: time } });
    } catch (error) {
      toast(errorText(error, t));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Action small={small} onPress={() => void press()} isPending={isBusy} aria-label={`${t.orders.letIn(t.times[time as keyof typeof t.times] ?? time)}: ${nameOf(device)}`}>
      {t.orders.letIn(t.times[time as keyof typeof t.times] ?? time)}
    </Action>
  );
}

export function QuickBlock({ device }: { device: Device }) {
  const t = useTexts();
  const press = () => decide(device, { order: "block" }).catch((error: unknown) => toast(errorText(error, t)));
  return (
    <Action small look="danger" onPress={() => void press()} aria-label={`${t.orders.block}: ${nameOf(device)}`}>
      {t.orders.block}
    </Action>
  );
}

type DialogName = "approve" | "block" | "hold" | "name" | "tags" | "profile" | "address" | "forget";

/** Everything that the person may order for one device. */
export function DeviceActions({ device }: { device: Device }) {
  const t = useTexts();
  const [open, setOpen] = useState<DialogName>();
  const [isOperator, isAdmin] = [useMay("operator"), useMay("admin")];
  if (!isOperator) {
    return null;
  }

  const close = () => setOpen(undefined);
  const isIn = device.state === "admitted";
  return (
    <div className="row">
      <Action look={isIn ? undefined : "primary"} icon="check" onPress={() => setOpen("approve")}>
        {isIn ? t.orders.extend : t.orders.approve}
      </Action>
      {device.state !== "blocked" && (
        <Action look="danger" icon="blocked" onPress={() => setOpen("block")}>
          {t.orders.block}
        </Action>
      )}
      <Action onPress={() => setOpen("name")}>{t.orders.rename}</Action>
      {isAdmin && (
        <>
          {device.state !== "held" && <Action onPress={() => setOpen("hold")}>{t.orders.hold}</Action>}
          <Action onPress={() => setOpen("tags")}>{t.orders.tags}</Action>
          <Action onPress={() => setOpen("profile")}>{t.orders.profile}</Action>
          <Action onPress={() => setOpen("address")}>{t.orders.pin}</Action>
          <Action onPress={() => setOpen("forget")}>{t.orders.forget}</Action>
        </>
      )}
      {open === "approve" && <ApproveDialog device={device} onClose={close} />}
      {(open === "block" || open === "hold") && <RefuseDialog device={device} order={open} onClose={close} />}
      {open === "name" && <ValueDialog device={device} what="name" was={device.given_name ?? ""} onClose={close} />}
      {open === "address" && <ValueDialog device={device} what="address" was={device.pinned_legal ?? device.bindings[0]?.legal ?? ""} onClose={close} />}
      {open === "profile" && <ProfileDialog device={device} onClose={close} />}
      {open === "tags" && <TagsDialog device={device} onClose={close} />}
      {open === "forget" && <ForgetDialog device={device} onClose={close} />}
    </div>
  );
}

function ForgetDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const t = useTexts();
  const [what, setWhat] = useState("");
  return (
    <FormDialog
      title={t.orders.forgetTitle(nameOf(device))}
      onClose={onClose}
      action={what === "erase" ? t.orders.erase : t.orders.forget}
      look="danger"
      onAction={async () => {
        await forget(device, what === "erase");
        go(["devices"]);
      }}
    >
      <p>{t.orders.forgetText}</p>
      <Choice
        label={t.orders.forgetWhat}
        value={what}
        onChange={setWhat}
        options={[["", t.orders.forgetRecord], ["erase", t.orders.forgetAll]]}
        hint={what === "erase" ? t.orders.eraseHint : undefined}
      />
    </FormDialog>
  );
}

export function TimeChoice({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useTexts();
  const isAdmin = useMay("admin");
  const options = [...usualTimes.map((time) => [time, t.times[time]] as const), ["other", t.orders.otherTime] as const];
  const isUsual = value === "" || (usualTimes as readonly string[]).includes(value);
  return (
    <>
      <Choice
        label={t.orders.howLong}
        value={isUsual ? value : "other"}
        onChange={(next) => onChange(next === "other" ? "2d" : next)}
        options={isAdmin ? [["", t.orders.asProfile], ...options] : options}
      />
      {!isUsual && <TextInput label={t.orders.otherTime} value={value} onChange={onChange} hint={t.orders.timeHint} wrong={isTime(value) ? undefined : t.orders.timeHint} />}
    </>
  );
}

/** A length of time as the gateway reads it: 90s, 30m, 8h, 7d. */
export function isTime(text: string): boolean {
  return /^[1-9]\d{0,7}[smhd]$/.test(text);
}

function ApproveDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const t = useTexts();
  const isAdmin = useMay("admin");
  const profiles = useResource<Profiles>(isAdmin ? "/profiles" : null);
  const [time, setTime] = useState("8h");
  const [reason, setReason] = useState("");
  const [profile, setProfile] = useState("");
  return (
    <FormDialog
      title={t.orders.approveTitle(nameOf(device))}
      onClose={onClose}
      action={t.orders.approve}
      isReady={time === "" || isTime(time)}
      onAction={() =>
        decide(device, { order: "approve", approval: { for: time === "" ? undefined : time, profile: profile === "" ? undefined : profile, reason: reason.trim() === "" ? undefined : reason.trim() } })
      }
    >
      <TimeChoice value={time} onChange={setTime} />
      {isAdmin && profiles.data !== undefined && (
        <Choice
          label={t.orders.withProfile}
          value={profile}
          onChange={setProfile}
          options={[["", t.orders.byRules], ...profiles.data.profiles.map((p) => [p.name, p.name] as const)]}
        />
      )}
      <TextInput label={t.orders.reason} value={reason} onChange={setReason} hint={t.orders.reasonHint} maxLength={200} />
    </FormDialog>
  );
}

function RefuseDialog({ device, order, onClose }: { device: Device; order: "block" | "hold"; onClose: () => void }) {
  const t = useTexts();
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      title={order === "block" ? t.orders.blockTitle(nameOf(device)) : t.orders.holdTitle(nameOf(device))}
      onClose={onClose}
      action={order === "block" ? t.orders.block : t.orders.hold}
      look={order === "block" ? "danger" : "primary"}
      onAction={() => decide(device, { order, reason: reason.trim() === "" ? undefined : reason.trim() })}
    >
      <p>{order === "block" ? t.orders.blockText : t.orders.holdText}</p>
      <TextInput label={t.orders.reason} value={reason} onChange={setReason} hint={t.orders.reasonHint} maxLength={200} />
    </FormDialog>
  );
}

function ValueDialog({ device, what, was, onClose }: { device: Device; what: "name" | "address"; was: string; onClose: () => void }) {
  const t = useTexts();
  const [value, setValueText] = useState(was);
  const words = what === "name" ? { title: t.orders.nameTitle, label: t.orders.name, hint: t.orders.nameHint } : { title: t.orders.pinTitle, label: t.orders.address, hint: t.orders.pinHint };
  return (
    <FormDialog title={words.title(nameOf(device))} onClose={onClose} action={t.common.save} onAction={() => setValue(device, what, value.trim())}>
      <TextInput label={words.label} value={value} onChange={setValueText} hint={words.hint} autoFocus maxLength={64} />
    </FormDialog>
  );
}

function ProfileDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const t = useTexts();
  const profiles = useResource<Profiles>("/profiles");
  const [value, setProfile] = useState(device.pinned_profile ?? "");
  return (
    <FormDialog title={t.orders.profileTitle(nameOf(device))} onClose={onClose} action={t.common.save} isReady={profiles.data !== undefined} onAction={() => setValue(device, "profile", value)}>
      <Choice
        label={t.orders.withProfile}
        value={value}
        onChange={setProfile}
        hint={t.orders.profileHint}
        options={[["", t.orders.byRules], ...(profiles.data?.profiles ?? []).map((p) => [p.name, p.name] as const)]}
      />
    </FormDialog>
  );
}

function TagsDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const t = useTexts();
  const [text, setText] = useState((device.tags ?? []).join(", "));
  const save = async () => {
    const wanted = new Set(text.split(",").map((tag) => tag.trim()).filter((tag) => tag !== ""));
    const was = new Set(device.tags ?? []);
    for (const tag of [...was].filter((tag) => !wanted.has(tag))) {
      await setTag(device, tag, false);
    }

    for (const tag of [...wanted].filter((tag) => !was.has(tag))) {
      await setTag(device, tag, true);
    }
  };
  return (
    <FormDialog title={t.orders.tagsTitle(nameOf(device))} onClose={onClose} action={t.common.save} onAction={save}>
      <TextInput label={t.orders.tags} value={text} onChange={setText} hint={t.orders.tagsHint} autoFocus />
    </FormDialog>
  );
}
