import { useTexts } from "../texts";
import type { Earlier } from "../useEarlier";
import { Action, ErrorNote } from "./ui";

/** Below a list: reads it further back, as long as there is more. */
export function EarlierRows({ of }: { of: Omit<Earlier<unknown>, "rows"> }) {
  const t = useTexts();
  return (
    <>
      {of.error !== undefined && <ErrorNote error={of.error} />}
      {of.next !== null && (
        <div>
          <Action onPress={of.more} isPending={of.isBusy}>
            {t.events.earlier}
          </Action>
        </div>
      )}
    </>
  );
}
