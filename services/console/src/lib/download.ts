// Files that the page itself makes.
export function download(name: string, type: string, ...parts: BlobPart[]): void {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

// A cell that a spreadsheet would take for a formula is told as text: a name must not be able to run anything.
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csv(rows: string[][]): string {
  return `\uFEFF${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

export function downloadCsv(name: string, rows: string[][]): void {
  download(`${name}.csv`, "text/csv;charset=utf-8", csv(rows));
}

export async function downloadXlsx(name: string, rows: string[][]): Promise<void> {
  const { default: write } = await import("write-excel-file/universal");
  const [header = [], ...lines] = rows;
  // Every cell is text, so that none is taken for a formula.
  const sheet = [
    header.map((value) => ({ value, type: String, fontWeight: "bold" as const })),
    ...lines.map((line) => line.map((value) => ({ value, type: String }))),
  ];
  const blob = await write(sheet, { stickyRowsCount: 1 }).toBlob();
  download(`${name}.xlsx`, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", blob);
}
