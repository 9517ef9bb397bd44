import { structuredPatch } from "diff";
import { useTexts } from "../texts";

/** The lines that two texts differ in, each marked by a sign and a colour. */
export function Diff({ before, after, label }: { before: string; after: string; label: string }) {
  const t = useTexts();
  const { hunks } = structuredPatch("", "", before, after, "", "", { context: 3 });
  if (hunks.length === 0) {
    return <p className="dim">{t.settings.same}</p>;
  }

  return (
    <div className="diff" role="region" aria-label={label} tabIndex={0}>
      <table>
        <tbody>
          {hunks.map((hunk) => [
            <tr key={`h${hunk.newStart}`} className="hunk">
              <td />
              <td>{t.settings.fromLine(hunk.newStart)}</td>
            </tr>,
            ...hunk.lines
              .filter((line) => !line.startsWith("\\"))
              .map((line, i) => {
                const sign = line[0] ?? " ";
                return (
                  <tr key={`${hunk.newStart} ${i}`} className={sign === "+" ? "add" : sign === "-" ? "del" : undefined}>
                    <td>
                      <span aria-hidden="true">{sign}</span>
                      <span className="visually-hidden">{sign === "+" ? t.settings.added : sign === "-" ? t.settings.removed : ""}</span>
                    </td>
                    <td>{line.slice(1)}</td>
                  </tr>
                );
              }),
          ])}
        </tbody>
      </table>
    </div>
  );
}
