// Cells of CSV files that a spreadsheet shows as they are.

/** A cell of a CSV file. Text that a spreadsheet would take for a formula gets an apostrophe. */
export function csvCell(value) {
  if (typeof value === "number") return String(value);
  let text = String(value ?? "");
  if (/^[\s]*[=+\-@＝＋－＠]/.test(text) || /^[\t\r\n]/.test(text)) text = `'${text}`;
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** A whole file, with the mark by which spreadsheets know UTF-8; `rows` are lists of values. */
export function csvFile(rows) {
  return `\ufeff${rows.map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}
