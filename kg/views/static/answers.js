// An answer as a table of cells; what is a link, what is a number, how it is saved.
import { el } from "./dom.js";
import { csvFile } from "./csv.js";
import { caption, shorten, shownAt } from "./given.js";

const PAGE_ROWS = 500;
const NUMBERS = /#(integer|decimal|double|float|nonNegativeInteger|int|long)$/;

export function isNumber(cell) {
  return cell !== null && NUMBERS.test(cell.type ?? "");
}

const DOI = /^(?:https:\/\/doi\.org\/)?(10\.\d{4,9}\/\S+)$/;

function doiIn(cell) {
  const found = DOI.exec(cell.value);
  if (!found || (cell.iri && !cell.value.startsWith("https://doi.org/"))) return null;
  try {
    return { text: found[1], address: `https://doi.org/${encodeURIComponent(decodeURIComponent(found[1])).replace(/%2F/g, "/")}` };
  } catch {
    return null;
  }
}

function inside(cell) {
  const doi = doiIn(cell);
  if (doi) return el("a", { href: doi.address, target: "_blank", rel: "noopener noreferrer" }, doi.text);
  const words = cell.iri ? shorten(cell.value) : cell.value;
  const address = shownAt(cell);
  return address ? el("a", { href: address, title: "Show in the explorer" }, words) : words;
}

function line(row) {
  return el("tr", {}, row.map((cell) => (cell === null ? el("td") : el("td", { class: isNumber(cell) ? "number" : null, title: cell.iri ? cell.value : null }, inside(cell)))));
}

/** The answer as a table; of a long one the first rows, and a button for more. */
export function tableOf({ names, rows }) {
  const body = el("tbody", {}, rows.slice(0, PAGE_ROWS).map(line));
  let shown = PAGE_ROWS;
  const more = el("button", { type: "button", hidden: rows.length <= PAGE_ROWS }, "Show more");
  more.addEventListener("click", () => {
    body.append(...rows.slice(shown, shown + 4 * PAGE_ROWS).map(line));
    shown += 4 * PAGE_ROWS;
    more.hidden = shown >= rows.length;
  });
  const numeric = names.map((_, place) => rows.some((row) => isNumber(row[place])));
  const table = el("table", { class: "rows", "aria-label": "Answer" },
    el("thead", {}, el("tr", {}, names.map((name, place) => el("th", { scope: "col", class: numeric[place] ? "number" : null }, name)))), body);
  return [el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Answer, scrolls" }, table), more];
}

/** The answer for a spreadsheet; a last column says what was asked, of which build and when. */
export function csvOf({ names, rows }) {
  const told = caption();
  const value = (cell) => (cell === null ? "" : isNumber(cell) ? Number(cell.value) : cell.value);
  return csvFile([[...names, "export"], ...rows.map((row) => [...row.map(value), told])]);
}
