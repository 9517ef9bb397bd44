import { useState } from "react";
import { call, path, withQuery } from "../api/client";
import { useResource } from "../api/resource";
import type { MadeVouchers, Profiles, Voucher, Vouchers as VoucherList } from "../api/types";
import { CodeUses } from "../components/CodeUses";
import { Dialog, FormDialog } from "../components/Dialog";
import { Choice, Search, TextInput } from "../components/fields";
import { Page } from "../components/Page";
import { Time } from "../components/Time";
import { toast } from "../components/Toasts";
import { Action, Card, Empty, Loaded, Note } from "../components/ui";
import { csv, download } from "../csv";
import { number, octets, safe } from "../format";
import { useTexts } from "../texts";

const states = ["", "unused", "used", "over", "revoked", "used_up", "not_yet"] as const;
type State = Exclude<(typeof states)[number], "">;

const most = 200;

type Open = { kind: "create" } | { kind: "extend" | "revoke" | "uses"; voucher: Voucher };

/** Codes by which guests let their devices in: made, printed, extended, revoked. */
export default function Vouchers() {
  const t = useTexts();
  const [state, setState] = useState("");
  const [text, setText] = useState("");
  const [open, setOpen] = useState<Open>();
  const [made, setMade] = useState<MadeVouchers>();
  const vouchers = useResource<VoucherList>(withQuery("/vouchers", { limit: `${most}`, state: state === "" ? undefined : state, text: text.trim() === "" ? undefined : text.trim() }), {
    every: 30_000,
    concerns: (e) => e.kind === "vouchers" || e.kind === "guest-admitted",
  });
  return (
    <Page title={t.nav.vouchers}>
      <Card
        title={t.vouchers.title}
        flush
        actions={
          <Action look="primary" onPress={() => setOpen({ kind: "create" })}>
            {t.vouchers.create}
          </Action>
        }
      >
        <div className="row">
          <Search label={t.vouchers.find} value={text} onChange={setText} clear={t.common.clear} />
          <Choice label={t.vouchers.state} value={state} onChange={setState} options={states.map((s) => [s, s === "" ? t.devices.any : t.vouchers.states[s]] as const)} />
        </div>
        <Loaded of={vouchers}>{(data) => (data.vouchers.length === 0 ? <Empty>{t.vouchers.none}</Empty> : <Rows list={data} onOpen={setOpen} />)}</Loaded>
      </Card>
      {open?.kind === "create" && <Create onClose={() => setOpen(undefined)} onMade={(result) => { setMade(result); vouchers.reload(); }} />}
      {open?.kind === "extend" && <Extend voucher={open.voucher} onClose={() => setOpen(undefined)} onDone={vouchers.reload} />}
      {open?.kind === "revoke" && <Revoke voucher={open.voucher} onClose={() => setOpen(undefined)} onDone={vouchers.reload} />}
      {open?.kind === "uses" && <CodeUses title={t.vouchers.usesOf(open.voucher.voucher)} uses={open.voucher.uses} onClose={() => setOpen(undefined)} />}
      {made !== undefined && <Made made={made} onClose={() => setMade(undefined)} />}
    </Page>
  );
}

function Rows({ list, onOpen }: { list: VoucherList; onOpen: (open: Open) => void }) {
  const t = useTexts();
  return (
    <div className="table-wrap">
      <table className="table cards">
        <thead>
          <tr>
            <th scope="col">{t.vouchers.voucher}</th>
            <th scope="col">{t.vouchers.label}</th>
            <th scope="col">{t.devices.profile}</th>
            <th scope="col">{t.vouchers.state}</th>
            <th scope="col">{t.vouchers.until}</th>
            <th scope="col">{t.nav.devices}</th>
            <th scope="col">{t.common.actions}</th>
          </tr>
        </thead>
        <tbody>
          {list.vouchers.map((voucher) => (
            <tr key={voucher.voucher}>
              <th scope="row">{voucher.voucher}</th>
              <td data-label={t.vouchers.label}>{safe(voucher.label)}</td>
              <td data-label={t.devices.profile}>{safe(voucher.profile)}</td>
              <td data-label={t.vouchers.state}>
                {t.vouchers.states[voucher.state as State]}
                {voucher.data != null && <span className="dim small"> · {t.overview.of(octets(voucher.data_used), octets(voucher.data))}</span>}
              </td>
              <td data-label={t.vouchers.until}>{voucher.until == null ? "" : <Time at={voucher.until} />}</td>
              <td data-label={t.nav.devices}>{t.overview.of(number(voucher.uses.length), number(voucher.devices))}</td>
              <td>
                <span className="row">
                  {voucher.uses.length > 0 && (
                    <Action small onPress={() => onOpen({ kind: "uses", voucher })} aria-label={t.vouchers.usesOf(voucher.voucher)}>
                      {t.vouchers.uses}
                    </Action>
                  )}
                  {voucher.state !== "revoked" && (
                    <>
                      <Action small onPress={() => onOpen({ kind: "extend", voucher })} aria-label={`${t.vouchers.extend}: ${voucher.voucher}`}>
                        {t.vouchers.extend}
                      </Action>
                      <Action small look="danger" onPress={() => onOpen({ kind: "revoke", voucher })} aria-label={`${t.vouchers.revoke}: ${voucher.voucher}`}>
                        {t.vouchers.revoke}
                      </Action>
                    </>
                  )}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {list.total > list.vouchers.length && <p className="dim">{t.vouchers.more(list.total - list.vouchers.length)}</p>}
    </div>
  );
}

function Create({ onClose, onMade }: { onClose: () => void; onMade: (made: MadeVouchers) => void }) {
  const t = useTexts();
  const profiles = useResource<Profiles>("/profiles");
  const names = profiles.data?.profiles.map((p) => p.name) ?? [];
  const [profile, setProfile] = useState("");
  const [count, setCount] = useState("10");
  const [time, setTime] = useState("8h");
  const [until, setUntil] = useState("");
  const [devices, setDevices] = useState("1");
  const [amount, setAmount] = useState("");
  const [label, setLabel] = useState("");
  const [network, setNetwork] = useState("");
  const [sheet, setSheet] = useState("a4");
  const given = (text: string) => (text.trim() === "" ? undefined : text.trim());
  const whole = (text: string) => (/^\d{1,4}$/.test(text.trim()) ? Number(text.trim()) : undefined);
  const chosen = profile === "" ? (names.find((n) => n !== "default") ?? names[0] ?? "") : profile;
  return (
    <FormDialog
      title={t.vouchers.create}
      onClose={onClose}
      action={t.vouchers.create}
      isReady={chosen !== "" && whole(count) !== undefined && whole(devices) !== undefined && (given(time) !== undefined || given(until) !== undefined)}
      onAction={async () => {
        const body = { count: whole(count), profile: chosen, for: given(time), until: given(until), devices: whole(devices), data: given(amount), label: given(label), network: given(network), sheet: given(sheet) };
        const { data } = await call<MadeVouchers>("/vouchers", { method: "POST", body });
        onMade(data);
      }}
    >
      <TextInput label={t.vouchers.count} value={count} onChange={setCount} maxLength={4} autoFocus hint={t.vouchers.countHint} />
      <Choice label={t.devices.profile} value={chosen} onChange={setProfile} options={names.map((n) => [n, safe(n)] as const)} />
      <TextInput label={t.vouchers.time} value={time} onChange={setTime} maxLength={9} hint={t.vouchers.timeHint} />
      <TextInput label={t.vouchers.latest} value={until} onChange={setUntil} maxLength={32} hint={t.vouchers.dateHint} />
      <TextInput label={t.vouchers.devicesEach} value={devices} onChange={setDevices} maxLength={2} />
      <TextInput label={t.vouchers.data} value={amount} onChange={setAmount} maxLength={10} hint={t.vouchers.dataHint} />
      <TextInput label={t.vouchers.label} value={label} onChange={setLabel} maxLength={64} hint={t.vouchers.labelHint} />
      <TextInput label={t.vouchers.network} value={network} onChange={setNetwork} maxLength={64} hint={t.vouchers.networkHint} />
      <Choice label={t.vouchers.paper} value={sheet} onChange={setSheet} options={[["a4", "A4"], ["58mm", "58 mm"], ["", t.vouchers.noPaper]]} />
    </FormDialog>
  );
}

/** The codes, this once. */
function Made({ made, onClose }: { made: MadeVouchers; onClose: () => void }) {
  const t = useTexts();
  const rows = made.vouchers.map((v) => [v.voucher, v.code, v.url]);
  return (
    <Dialog title={t.vouchers.made} onClose={onClose} isDismissable={false}>
      <Note look="warn">{t.vouchers.once}</Note>
      <div className="table-wrap scroll" tabIndex={0} role="region" aria-label={t.vouchers.made}>
        <table className="table">
          <tbody>
            {made.vouchers.map((v) => (
              <tr key={v.voucher}>
                <th scope="row">{v.voucher}</th>
                <td>
                  <code>{v.code}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="actions">
        {made.sheet != null && (
          <Action icon="download" onPress={() => download(`vouchers-${made.batch}.html`, made.sheet ?? "", "text/html;charset=utf-8")}>
            {t.vouchers.sheet}
          </Action>
        )}
        <Action icon="download" onPress={() => download(`vouchers-${made.batch}.csv`, csv([["voucher", "code", "url"], ...rows]))}>
          CSV
        </Action>
        <Action look="primary" onPress={onClose}>
          {t.common.close}
        </Action>
      </div>
    </Dialog>
  );
}

function Extend({ voucher, onClose, onDone }: { voucher: Voucher; onClose: () => void; onDone: () => void }) {
  const t = useTexts();
  const [time, setTime] = useState("2h");
  return (
    <FormDialog
      title={t.vouchers.extendOf(voucher.voucher)}
      onClose={onClose}
      action={t.vouchers.extend}
      isReady={time.trim() !== ""}
      onAction={async () => {
        await call(path`/vouchers/${voucher.voucher}/extend`, { method: "POST", body: { for: time.trim() } });
        toast(t.vouchers.extended(voucher.voucher));
        onDone();
      }}
    >
      <TextInput label={t.vouchers.longer} value={time} onChange={setTime} maxLength={9} autoFocus hint={t.vouchers.longerHint} />
    </FormDialog>
  );
}

function Revoke({ voucher, onClose, onDone }: { voucher: Voucher; onClose: () => void; onDone: () => void }) {
  const t = useTexts();
  return (
    <FormDialog
      title={t.vouchers.revokeOf(voucher.voucher)}
      onClose={onClose}
      action={t.vouchers.revoke}
      look="danger"
      onAction={async () => {
        await call(path`/vouchers/${voucher.voucher}/revoke`, { method: "POST" });
        toast(t.vouchers.revoked(voucher.voucher));
        onDone();
      }}
    >
      <p>{t.vouchers.revokeText}</p>
    </FormDialog>
  );
}
