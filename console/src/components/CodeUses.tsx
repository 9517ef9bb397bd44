import type { CodeUse } from "../api/types";
import { safe } from "../format";
import { href } from "../router";
import { useTexts } from "../texts";
import { Dialog } from "./Dialog";
import { Ago } from "./Time";
import { Action } from "./ui";

/** The devices that a voucher or a room's code let in. */
export function CodeUses({ title, uses, onClose }: { title: string; uses: readonly CodeUse[]; onClose: () => void }) {
  const t = useTexts();
  return (
    <Dialog title={title} onClose={onClose}>
      <ul>
        {uses.map((use) => (
          <li key={use.mac}>
            <a href={href(["devices", use.mac])}>{use.name == null ? use.mac : safe(use.name)}</a>{" "}
            <span className="dim small">
              {use.vlan === 0 ? t.devices.untagged : t.devices.inVlan(use.vlan)} · <Ago at={use.first} />
            </span>
          </li>
        ))}
      </ul>
      <div className="actions">
        <Action look="primary" onPress={onClose}>
          {t.common.close}
        </Action>
      </div>
    </Dialog>
  );
}
