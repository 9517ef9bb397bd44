import { useState } from "react";
import { lastContact, unreachable } from "../api/client";
import { streaming } from "../api/live";
import { useNow } from "../clock";
import { dateTime } from "../format";
import { useStore } from "../store";
import { useTexts } from "../texts";
import { Note } from "./ui";

// A gateway that takes new settings is away for less.
const patience = 2500;

/** Says honestly that what is shown is old, since when, and that the console goes on trying. */
export function StaleLine() {
  const t = useTexts();
  const now = useNow();
  const since = useStore(lastContact);
  const isAway = useStore(unreachable);
  const isStreaming = useStore(streaming);
  const isLost = (isAway || !isStreaming) && now - since > patience;
  const [wasLost, setWasLost] = useState(isLost);
  if (isLost && !wasLost) {
    setWasLost(true);
  }

  return (
    <div role="status" className={isLost ? "banner" : undefined}>
      {isLost ? (
        <Note look="warn" title={t.stale.title(dateTime(new Date(since), now))}>
          {t.stale.text}
        </Note>
      ) : (
        wasLost && <span className="visually-hidden">{t.stale.back}</span>
      )}
    </div>
  );
}
