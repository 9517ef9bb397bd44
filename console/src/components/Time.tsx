import { useNow } from "../clock";
import { dateTime, duration, gatewayTime, relative } from "../format";
import { useTexts } from "../texts";

/** A point in time as the viewer's clock shows it; the gateway's beside it where that differs. */
export function Time({ at, withGateway }: { at: string | Date; withGateway?: boolean }) {
  const now = useNow();
  const time = at instanceof Date ? at : new Date(at);
  const there = gatewayTime(time);
  return (
    <time dateTime={time.toISOString()} title={`${time.toISOString()}${there === null ? "" : ` · ${there}`}`}>
      {dateTime(time, now)}
      {withGateway === true && there !== null && <span className="dim small"> · {there}</span>}
    </time>
  );
}

/** "12 s ago", with the time itself as its title. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  const time = new Date(at);
  return (
    <time dateTime={time.toISOString()} title={`${dateTime(time, 0)}${gatewayTime(time) === null ? "" : ` · ${gatewayTime(time)}`}`} className="nowrap">
      {relative(time, now)}
    </time>
  );
}

/** "6 h left". */
export function Left({ until }: { until: string }) {
  const t = useTexts();
  const seconds = Math.max(0, (new Date(until).getTime() - useNow()) / 1000);
  return <>{t.devices.left(duration(seconds))}</>;
}
