import { nameOf } from "../api/orders";
import type { Device } from "../api/types";
import { DeviceLink, DeviceState } from "./State";
import { Ago } from "./Time";

/** A device in two lines. */
export function PhoneRow({ device }: { device: Device }) {
  const own = device.bindings[0];
  return (
    <>
      <div className="row spread nowrap-row">
        <span className="grid-cell grow">
          <DeviceLink device={device} />
        </span>
        <DeviceState device={device} />
      </div>
      <div className="row spread nowrap-row small dim">
        <span className="grid-cell grow mono">{own === undefined ? (nameOf(device) === device.mac ? (device.vendor ?? "") : device.mac) : own.claimed}</span>
        {device.is_seen && <Ago at={device.last_seen} />}
      </div>
    </>
  );
}
