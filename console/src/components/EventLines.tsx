import type { EventReport } from "../api/types";
import { href } from "../router";
import { Time } from "./Time";
import { Words } from "./ui";

/** Events, one line each, with a link to the device that they are about. */
export function EventLines({ events }: { events: readonly EventReport[] }) {
  return (
    <ul className="lines">
      {events.map((event) => (
        <li key={`${event.sequence} ${event.time} ${event.kind}`}>
          <span className="dim">
            <Time at={event.time} />
          </span>
          <span className="words">
            <Words>{event.text}</Words> {event.mac != null && <DeviceOf mac={event.mac} />}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function DeviceOf({ mac }: { mac: string }) {
  return (
    <a className="mono" href={href(["devices", mac])}>
      {mac}
    </a>
  );
}
