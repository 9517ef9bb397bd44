/** A table as CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe: its text may be a guest's. */
export function csv(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function cell(value: string | number | null | undefined): string {
  if (typeof value === "number") {
    return String(value);
  }

  const text = value ?? "";
  const tame = /^['\s]*[=+\-@]|^[\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

/** The rows of a CSV text (RFC 4180); with ";" between its cells where its first line has those and no comma, as spreadsheets of some countries write it. */
export function readCsv(text: string): string[][] {
  const plain = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const head = plain.split("\n", 1)[0] ?? "";
  const cells = head.includes(";") && !head.includes(",") ? /(?:"((?:[^"]|"")*)"|([^;\n]*))(;|\n|$)/gy : /(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/gy;
  const rows: string[][] = [];
  let row: string[] = [];
  for (let found = cells.exec(plain); found !== null && cells.lastIndex <= plain.length; found = cells.exec(plain)) {
    const cell = found[1]?.replaceAll('""', '"') ?? (found[2] ?? "").trim();
    row.push(/^'['\s]*[=+\-@]/.test(cell) ? cell.slice(1) : cell);
    if (found[3] === "\n" || found[3] === "") {
      if (row.length > 1 || row[0] !== "") {
        rows.push(row);
      }

      row = [];
      if (found[3] === "") {
        break;
      }
    }
  }

  return rows;
}

/** Hands the browser a file to keep. */
export function download(name: string, content: string | Blob, type = "text/csv;charset=utf-8"): void {
  const link = document.createElement("a");
  const address = URL.createObjectURL(typeof content === "string" ? new Blob(["\ufeff", content], { type }) : content);
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** For a file's name: the date and time, as the viewer's clock shows them. */
export function stamp(now = new Date()): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}`;
}
