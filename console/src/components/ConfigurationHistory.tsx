import { useState } from "react";
import { path } from "../api/client";
import { useResource } from "../api/resource";
import type { ConfigurationFile, History, HistoryRow } from "../api/types";
import { safe } from "../format";
import { go } from "../router";
import { useTexts } from "../texts";
import { Dialog } from "./Dialog";
import { Diff } from "./Diff";
import { Choice } from "./fields";
import { draft } from "./draft";
import { Table } from "./Table";
import { Time } from "./Time";
import { Action, Card, Empty, Loaded } from "./ui";

/** Each file that was in force: who, when, how it ended; compare and restore. */
export function ConfigurationHistory() {
  const t = useTexts();
  const history = useResource<History>("/configuration/history", { concerns: (e) => e.kind.startsWith("configuration") || e.kind.startsWith("settings") });
  const [open, setOpen] = useState<HistoryRow>();
  return (
    <Card flush>
      <Loaded of={history}>
        {(data) =>
          data.entries.length === 0 ? (
            <Empty>{t.settings.noHistory}</Empty>
          ) : (
            <>
              <Table heads={[t.settings.number, t.settings.time, t.settings.by, t.settings.comment, t.settings.outcome, t.common.actions]}>
                {data.entries.map((row) => (
                  <tr key={row.number}>
                    <th scope="row">
                      {row.number} {data.in_force === row.number && <span className="chip">{t.settings.inForce}</span>}
                    </th>
                    <td className="nowrap">
                      <Time at={row.time} withGateway />
                    </td>
                    <td>
                      {row.by == null ? t.settings.byHand : safe(row.by)}
                      {row.from != null && <span className="dim small"> · {t.audit.from(safe(row.from))}</span>}
                    </td>
                    <td className="words">{safe(row.comment ?? "", 200)}</td>
                    <td>{t.settings.outcomes[row.outcome as keyof typeof t.settings.outcomes] ?? safe(row.outcome)}</td>
                    <td>
                      <Action small onPress={() => setOpen(row)} aria-label={`${t.settings.compare}: ${t.settings.numbered(row.number)}`}>
                        {t.settings.compare}
                      </Action>
                    </td>
                  </tr>
                ))}
              </Table>
              {open !== undefined && <Compare row={open} rows={data.entries} onClose={() => setOpen(undefined)} />}
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

function Compare({ row, rows, onClose }: { row: HistoryRow; rows: readonly HistoryRow[]; onClose: () => void }) {
  const t = useTexts();
  const [other, setOther] = useState("");
  const entry = useResource<HistoryRow>(path`/configuration/history/${row.number}`);
  const file = useResource<Pick<ConfigurationFile | HistoryRow, "text">>(other === "" ? "/configuration/file" : path`/configuration/history/${other}`);
  return (
    <Dialog title={t.settings.compareNumber(row.number)} onClose={onClose} isWide>
      <Choice
        label={t.settings.with}
        value={other}
        onChange={setOther}
        options={[["", t.settings.present], ...rows.filter((r) => r.number !== row.number).map((r) => [String(r.number), t.settings.numbered(r.number)] as const)]}
      />
      <Loaded of={entry}>
        {(old) => (
          <Loaded of={file}>
            {(now) => (
              <>
                <Diff before={old.text ?? ""} after={now.text ?? ""} label={t.settings.difference} />
                <div className="actions">
                  <Action onPress={onClose}>{t.common.close}</Action>
                  <Action
                    look="primary"
                    onPress={() => {
                      draft.set(old.text ?? undefined);
                      onClose();
                      go(["settings"]);
                    }}
                  >
                    {t.settings.restore}
                  </Action>
                </div>
              </>
            )}
          </Loaded>
        )}
      </Loaded>
    </Dialog>
  );
}
