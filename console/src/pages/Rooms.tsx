import { useState } from "react";
import { call, path } from "../api/client";
import { useResource } from "../api/resource";
import type { Profiles, Room, RoomChange, Rooms as RoomList } from "../api/types";
import { CodeUses } from "../components/CodeUses";
import { Dialog, FormDialog } from "../components/Dialog";
import { Choice, TextInput } from "../components/fields";
import { Page } from "../components/Page";
import { Time } from "../components/Time";
import { toast } from "../components/Toasts";
import { Action, Card, Empty, Loaded, Note } from "../components/ui";
import { amount, number, octets, safe } from "../format";
import { useTexts } from "../texts";

type Open = { kind: "set"; room?: Room } | { kind: "end" | "uses"; room: Room };

/** Rooms, whose codes let in the devices of a VLAN or tag up to the check-out. */
export default function Rooms() {
  const t = useTexts();
  const rooms = useResource<RoomList>("/rooms", { every: 30_000, concerns: (e) => e.kind === "room" || e.kind === "guest-admitted" });
  const [open, setOpen] = useState<Open>();
  const [made, setMade] = useState<RoomChange>();
  return (
    <Page title={t.nav.rooms}>
      <Card
        title={t.rooms.title}
        flush
        actions={
          <Action look="primary" onPress={() => setOpen({ kind: "set" })}>
            {t.rooms.set}
          </Action>
        }
      >
        <Loaded of={rooms}>{(data) => (data.rooms.length === 0 ? <Empty>{t.rooms.none}</Empty> : <Rows rooms={data.rooms} onOpen={setOpen} />)}</Loaded>
      </Card>
      {open?.kind === "set" && <SetRoom room={open.room} onClose={() => setOpen(undefined)} onDone={(change) => { setMade(change.code == null ? undefined : change); rooms.reload(); }} />}
      {open?.kind === "end" && <EndRoom room={open.room} onClose={() => setOpen(undefined)} onDone={rooms.reload} />}
      {open?.kind === "uses" && <CodeUses title={t.rooms.usesOf(safe(open.room.room))} uses={open.room.uses} onClose={() => setOpen(undefined)} />}
      {made !== undefined && (
        <Dialog title={t.rooms.codeOf(safe(made.room))} onClose={() => setMade(undefined)} isDismissable={false}>
          <Note look="warn">{t.vouchers.once}</Note>
          <div className="secret">
            <code className="grow">{made.code}</code>
          </div>
          <div className="actions">
            <Action look="primary" onPress={() => setMade(undefined)}>
              {t.common.close}
            </Action>
          </div>
        </Dialog>
      )}
    </Page>
  );
}

function Rows({ rooms, onOpen }: { rooms: readonly Room[]; onOpen: (open: Open) => void }) {
  const t = useTexts();
  return (
    <div className="table-wrap">
      <table className="table cards">
        <thead>
          <tr>
            <th scope="col">{t.rooms.room}</th>
            <th scope="col">{t.rooms.where}</th>
            <th scope="col">{t.devices.profile}</th>
            <th scope="col">{t.vouchers.state}</th>
            <th scope="col">{t.rooms.checkOut}</th>
            <th scope="col">{t.nav.devices}</th>
            <th scope="col">{t.common.actions}</th>
          </tr>
        </thead>
        <tbody>
          {rooms.map((room) => (
            <tr key={room.room}>
              <th scope="row">{safe(room.room)}</th>
              <td data-label={t.rooms.where}>{room.vlan == null ? t.rooms.withTag(safe(room.tag ?? "")) : t.devices.inVlan(room.vlan)}</td>
              <td data-label={t.devices.profile}>{room.profile == null ? t.orders.byRules : safe(room.profile)}</td>
              <td data-label={t.vouchers.state}>
                {room.state === "open" ? t.rooms.open : t.rooms.over}
                {room.data != null && <span className="dim small"> · {t.overview.of(octets(room.data_used), octets(room.data))}</span>}
              </td>
              <td data-label={t.rooms.checkOut}>
                <Time at={room.ended ?? room.until} />
              </td>
              <td data-label={t.nav.devices}>{t.overview.of(number(room.uses.length), number(room.devices))}</td>
              <td>
                <span className="row">
                  {room.uses.length > 0 && (
                    <Action small onPress={() => onOpen({ kind: "uses", room })} aria-label={t.rooms.usesOf(safe(room.room))}>
                      {t.vouchers.uses}
                    </Action>
                  )}
                  <Action small onPress={() => onOpen({ kind: "set", room })} aria-label={`${room.state === "open" ? t.rooms.change : t.rooms.checkIn}: ${room.room}`}>
                    {room.state === "open" ? t.rooms.change : t.rooms.checkIn}
                  </Action>
                  {room.state === "open" && (
                    <Action small look="danger" onPress={() => onOpen({ kind: "end", room })} aria-label={`${t.rooms.end}: ${room.room}`}>
                      {t.rooms.end}
                    </Action>
                  )}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SetRoom({ room, onClose, onDone }: { room?: Room; onClose: () => void; onDone: (change: RoomChange) => void }) {
  const t = useTexts();
  const profiles = useResource<Profiles>("/profiles");
  const [name, setName] = useState(room?.room ?? "");
  const [kind, setKind] = useState(room?.tag == null ? "vlan" : "tag");
  const [place, setPlace] = useState(room === undefined ? "" : room.tag ?? String(room.vlan ?? ""));
  const [until, setUntil] = useState("");
  const [profile, setProfile] = useState(room?.profile ?? "");
  const [code, setCode] = useState("");
  const [devices, setDevices] = useState(String(room?.devices ?? 5));
  const [data, setData] = useState(room?.data == null ? "" : amount(room.data));
  const isPlace = kind === "tag" ? place.trim() !== "" : /^\d{1,4}$/.test(place.trim());
  return (
    <FormDialog
      title={room === undefined ? t.rooms.set : t.rooms.setOf(safe(room.room))}
      onClose={onClose}
      action={t.common.save}
      isReady={name.trim() !== "" && isPlace && until.trim() !== "" && /^\d{1,2}$/.test(devices.trim())}
      onAction={async () => {
        const where = kind === "tag" ? { tag: place.trim() } : { vlan: Number(place.trim()) };
        const given = (text: string) => (text.trim() === "" ? undefined : text.trim());
        const body = { ...where, until: until.trim(), profile: given(profile), code: given(code), devices: Number(devices.trim()), data: given(data) };
        const { data: change } = await call<RoomChange>(path`/rooms/${name.trim()}`, { method: "PUT", body });
        toast(t.rooms.saved(safe(name.trim())));
        onDone(change);
      }}
    >
      {room === undefined && <TextInput label={t.rooms.room} value={name} onChange={setName} maxLength={32} autoFocus hint={t.rooms.nameHint} />}
      <Choice label={t.rooms.where} value={kind} onChange={setKind} options={[["vlan", "VLAN"], ["tag", t.devices.tag]]} />
      <TextInput label={kind === "tag" ? t.devices.tag : "VLAN"} value={place} onChange={setPlace} maxLength={32} />
      <TextInput label={t.rooms.checkOut} value={until} onChange={setUntil} maxLength={32} hint={t.vouchers.dateHint} />
      <Choice label={t.devices.profile} value={profile} onChange={setProfile} options={[["", t.orders.byRules] as const, ...(profiles.data?.profiles ?? []).map((p) => [p.name, safe(p.name)] as const)]} />
      <TextInput label={t.rooms.code} value={code} onChange={setCode} maxLength={40} hint={t.rooms.codeHint} autoComplete="off" />
      <TextInput label={t.nav.devices} value={devices} onChange={setDevices} maxLength={2} />
      <TextInput label={t.rooms.data} value={data} onChange={setData} maxLength={10} hint={t.vouchers.dataHint} />
    </FormDialog>
  );
}

function EndRoom({ room, onClose, onDone }: { room: Room; onClose: () => void; onDone: () => void }) {
  const t = useTexts();
  return (
    <FormDialog
      title={t.rooms.endOf(safe(room.room))}
      onClose={onClose}
      action={t.rooms.end}
      look="danger"
      onAction={async () => {
        await call(path`/rooms/${room.room}`, { method: "DELETE" });
        toast(t.rooms.ended(safe(room.room)));
        onDone();
      }}
    >
      <p>{t.rooms.endText}</p>
    </FormDialog>
  );
}
