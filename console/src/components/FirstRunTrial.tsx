import { useEffect, useState } from "react";
import { call } from "../api/client";
import { isTrying } from "../api/firstRun";
import { accept } from "../api/session";
import type { FirstRunReport, Pending, Session, Status } from "../api/types";
import { useNow } from "../clock";
import { duration } from "../format";
import { go } from "../router";
import { useTexts } from "../texts";
import { toast } from "./Toasts";
import { Action, Note, Words, errorText } from "./ui";

const pause = 1000;
const mostFaults = 3;

/**
 * From the order to try a gateway to its confirmation. Three servers may answer meanwhile: the set-up server until it ends, the gateway, and the set-up server
 * again with the reason. `trials` of the report tells its two lives apart.
 */
export function FirstRunTrial({ trials, onTakenBack }: { trials: number; onTakenBack: (report: FirstRunReport) => void }) {
  const t = useTexts();
  const now = useNow();
  const [pending, setPending] = useState<Pending>();
  const [status, setStatus] = useState<Status>();
  const [isUndone, setUndone] = useState(false);
  const [isBusy, setBusy] = useState(false);

  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      const session = (await call<Session>("/session")).data;
      if (isOver) {
        return;
      }

      if (!session.is_signed_in) {
        accept(session);
      } else if (session.is_first_run === true) {
        const report = (await call<FirstRunReport>("/first-run")).data;
        if (!isOver && report.trials > trials) {
          accept(session);
          isTrying.set(false);
          onTakenBack(report);
          return;
        }
      } else {
        accept(session);
        const waiting = (await call<Pending>("/configuration/pending")).data;
        const found = (await call<Status>("/status")).data;
        if (!isOver) {
          setPending(waiting);
          setStatus(found);
        }
      }
    };
    const turn = async () => {
      // No answer: one server has ended, and the next has not begun.
      await look().catch(() => undefined);
      if (!isOver) {
        timer = setTimeout(() => void turn(), pause);
      }
    };
    void turn();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [trials, onTakenBack]);

  // Confirmed by the command line.
  const isDone = pending !== undefined && pending.until == null && !isUndone;
  useEffect(() => {
    if (isDone) {
      toast(t.firstRun.confirmed);
      go([]);
      isTrying.set(false);
    }
  }, [isDone, t]);

  const say = async (what: "confirm" | "rollback") => {
    setBusy(true);
    try {
      await call(`/configuration/${what}`, { method: "POST" });
      if (what === "confirm") {
        setPending({ until: null, by: null, is_first: false });
      } else {
        setUndone(true);
      }
    } catch (error) {
      toast(errorText(error, t));
    } finally {
      setBusy(false);
    }
  };

  if (pending?.until == null || isUndone) {
    return (
      <div role="status" className="stack">
        <Note look="info" title={isUndone ? t.firstRun.undoing : t.firstRun.starting}>
          {t.firstRun.startingText}
        </Note>
      </div>
    );
  }

  const seconds = Math.max(0, Math.ceil((new Date(pending.until).getTime() - now) / 1000));
  return (
    <div className="stack">
      <Note look="good" title={t.firstRun.running} live>
        {t.firstRun.runningText} {status !== undefined && <strong>{t.firstRun.online(status.bindings)}</strong>}
      </Note>
      {status?.faults != null && status.faults.length > 0 && (
        <Note look="warn" title={t.overview.degraded}>
          {status.faults.slice(0, mostFaults).map((fault) => (
            <div key={fault.text}>
              <Words>{fault.text}</Words>
            </div>
          ))}
        </Note>
      )}
      <p role="timer" aria-hidden="true">
        {t.firstRun.left(duration(seconds))}
      </p>
      <div className="row">
        <Action look="primary" autoFocus onPress={() => void say("confirm")} isPending={isBusy}>
          {t.firstRun.confirm}
        </Action>
        <Action onPress={() => void say("rollback")} isPending={isBusy}>
          {t.firstRun.undo}
        </Action>
      </div>
    </div>
  );
}
