import { useState } from "react";
import { useResource } from "../api/resource";
import type { Config } from "../api/types";
import { safe } from "../format";
import { useTexts } from "../texts";
import { TextInput } from "./fields";
import { Table } from "./Table";
import { Card, Loaded } from "./ui";

/** Every setting that is in force, with its origin. */
export function ConfigurationValues() {
  const t = useTexts();
  const [text, setText] = useState("");
  const config = useResource<Config>("/configuration", { concerns: (e) => e.kind.startsWith("configuration") });
  return (
    <>
      <div className="filters">
        <TextInput label={t.settings.find} value={text} onChange={setText} maxLength={64} />
      </div>
      <Card flush>
        <Loaded of={config}>
          {(data) => (
            <Table heads={[t.settings.key, t.settings.value, t.settings.origin]}>
              {data.values
                .filter((v) => `${v.key} ${v.value}`.toLowerCase().includes(text.trim().toLowerCase()))
                .map((v) => (
                  <tr key={v.key}>
                    <th scope="row">
                      <code>{v.key}</code>
                    </th>
                    <td className="words">{v.value == null ? <span className="dim">{t.settings.notSet}</span> : <code>{safe(v.value, 400)}</code>}</td>
                    <td className="dim">{safe(v.origin)}</td>
                  </tr>
                ))}
            </Table>
          )}
        </Loaded>
      </Card>
    </>
  );
}
