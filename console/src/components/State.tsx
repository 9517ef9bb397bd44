import { useNow } from "../clock";
import { nameOf, shownState } from "../api/orders";
import type { Shown } from "../api/orders";
import type { Cause, Device } from "../api/types";
import { href } from "../router";
import { useTexts } from "../texts";
import type { Texts } from "../texts";
import { Icon } from "./Icon";
import type { IconName } from "./Icon";
import { Left } from "./Time";

const looks: Readonly<Record<Shown, readonly [IconName, string]>> = {
  online: ["online", "good"],
  silent: ["silent", "dim"],
  waits: ["waits", "warn"],
  ended: ["ended", "warn"],
  blocked: ["blocked", "bad"],
  refused: ["warn", "bad"],
  new: ["fresh", "dim"],
};

/** A device's state: a shape, a colour and a word. */
export function DeviceState({ device, withLeft }: { device: Device; withLeft?: boolean }) {
  const t = useTexts();
  const shown = shownState(device, useNow());
  const [icon, look] = looks[shown];
  const until = device.state === "admitted" ? device.standing?.until : undefined;
  return (
    <span className="state">
      <span className={look}>
        <Icon name={icon} size={16} />
      </span>
      {t.states[shown]}
      {withLeft === true && until != null && (
        <span className="dim small">
          · <Left until={until} />
        </span>
      )}
    </span>
  );
}

/** Why a device cannot use the network. A newer gateway may know a cause that the console does not. */
export function causeText(cause: Cause, t: Texts): string {
  return t.causes[cause] ?? cause;
}

export function DeviceLink({ device }: { device: Pick<Device, "mac" | "given_name" | "host_name"> }) {
  return <a href={href(["devices", device.mac])}>{nameOf(device)}</a>;
}

/** Where a device is: its VLAN, if it has one. */
export function Where({ vlan }: { vlan: number }) {
  const t = useTexts();
  return <>{vlan === 0 ? t.devices.untagged : t.devices.inVlan(vlan)}</>;
}
