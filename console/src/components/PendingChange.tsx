import { useState } from "react";
import { call } from "../api/client";
import { useResource } from "../api/resource";
import { useMay } from "../api/session";
import type { Pending } from "../api/types";
import { useNow } from "../clock";
import { duration } from "../format";
import { useTexts } from "../texts";
import { toast } from "./Toasts";
import { Action, Note, errorText } from "./ui";

/** New settings on trial: they are undone in time unless the person confirms. On every page, since the trial may lead anywhere. */
export function PendingChange() {
  return useMay("admin") ? <Trial /> : null;
}

function Trial() {
  const t = useTexts();
  const now = useNow();
  const pending = useResource<Pending>("/configuration/pending", { every: 5000, concerns: (e) => e.kind.startsWith("configuration") || e.kind.startsWith("settings") });
  const [isBusy, setBusy] = useState(false);
  const until = pending.data?.until;
  const seconds = until == null ? 0 : Math.ceil((new Date(until).getTime() - now) / 1000);
  if (until == null || seconds < -5) {
    return null;
  }

  const say = async (what: "confirm" | "rollback") => {
    setBusy(true);
    try {
      await call(`/configuration/${what}`, { method: "POST" });
      toast(what === "confirm" ? t.pending.confirmed : t.pending.undone);
    } catch (error) {
      toast(errorText(error, t));
    } finally {
      setBusy(false);
      pending.reload();
    }
  };
  return (
    <section className="banner" aria-label={t.pending.label}>
      <Note
        look="warn"
        live
        title={t.pending.title}
        actions={
          <>
            <Action look="primary" onPress={() => void say("confirm")} isPending={isBusy}>
              {t.pending.confirm}
            </Action>
            <Action onPress={() => void say("rollback")} isPending={isBusy}>
              {t.pending.undo}
            </Action>
          </>
        }
      >
        {pending.data?.is_first === true ? t.firstRun.pendingText : t.pending.text}{" "}
        <strong role="timer" aria-hidden="true">
          {t.pending.left(duration(Math.max(0, seconds)))}
        </strong>
      </Note>
    </section>
  );
}
