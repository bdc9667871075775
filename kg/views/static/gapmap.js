// The gap map: rows by columns of constructs; every cell is a button that says in words what it shows.
import { byId, el, fillAgain, rove, svg } from "./dom.js";
import { constructBy, constructs, DIRECTIONS, directions, domains, gapBy, pairKey, used } from "./corpus.js";
import { ALL, changed, select, selection, state } from "./state.js";
import { everything, isOpen, isSynthesisGap, narrowerLinks, pathsBetween, view } from "./links.js";
import { colourOf, count, label, signOf } from "./words.js";

export const CELL = 46;
/** More rows or columns than this are left out, those with fewest studies first. */
export const MOST_LINES = 100;
/** Gap candidates of a lower rank are not marked; the panel tells of them. */
const MARKED_GAPS = 99;

/** Radius of a disc whose area grows evenly with the number of studies, up to what fits a cell. */
export function discRadius(studies) {
  return Math.min(19, Math.sqrt(72 + 28 * (studies - 1)));
}

/** Constructs of a domain, or of all of them those that occur in a claim. */
export function linesOf(domain) {
  const inDomain = constructs.filter((construct) => (domain === ALL ? used.has(construct.id) : construct.domain === domain)
    && !state.hidden.domain.has(construct.domain));
  const claimed = new Map();
  for (const link of view.links.values()) for (const id of [link.a, link.b]) claimed.set(id, (claimed.get(id) ?? 0) + link.claims.length);
  const order = domains.map((one) => one.name);
  return inDomain
    .sort((x, y) => order.indexOf(x.domain) - order.indexOf(y.domain) || (claimed.get(y.id) ?? 0) - (claimed.get(x.id) ?? 0) || (x.id < y.id ? -1 : 1))
    .slice(0, MOST_LINES);
}

/** What a cell holds, its `kind` being self, evidence, asked, told, hidden, gap, narrower or nothing. */
export function cellOf(a, b) {
  if (a === b) return { kind: "self" };
  return { ...holding(a, b, pairKey(a, b)), paths: pathsBetween(a, b).length };
}

function holding(a, b, key) {
  const link = view.links.get(key);
  const gap = gapBy.get(key);
  if (link && !isOpen(link)) return { kind: "evidence", key, link };
  if (link) return { kind: link.asked ? "asked" : "told", key, link, gap };
  if (everything.has(key)) return { kind: "hidden", key };
  if (gap && gap.rank <= MARKED_GAPS && state.gaps) return { kind: "gap", key, gap };
  return { kind: narrowerLinks(a, b).length ? "narrower" : "nothing", key };
}

const EMPTY = {
  asked: "only asked about, no finding",
  told: "only told as known, no finding",
  hidden: "hidden by your filter",
  narrower: "nothing on these two, but on narrower constructs",
  nothing: "nothing in this corpus",
};

export function cellWords(cell, row, column) {
  return `${linkWords(cell, row, column)}${cell.paths ? `, ${count(cell.paths, "mediation or moderation", "mediations or moderations")}` : ""}`;
}

function linkWords(cell, row, column) {
  const names = `${label(row)} by ${label(column)}`;
  if (cell.kind === "gap") return `${names}: nothing in this corpus, gap candidate no. ${cell.gap.rank}`;
  if (cell.kind !== "evidence") return `${names}: ${EMPTY[cell.kind]}`;
  const { link } = cell;
  const extra = [link.reviews === link.studies && "reviews only", isSynthesisGap(link) && "no review yet"].filter(Boolean);
  return [`${names}: ${count(link.studies, "study", "studies")}`, `${signOf(link)} ${directions[link.direction].word}`, ...extra].join(", ");
}

/** The drawing of a cell, centred on 0, 0; the same in the page and in the exported figure. */
export function cellMark(cell) {
  return [...mainMark(cell), ...(cell.paths ? [badge("M", -16, 15)] : [])];
}

function mainMark(cell) {
  if (cell.kind === "nothing") return [svg("circle", { r: 1.6, fill: "#8a8a8a" })];
  if (cell.kind === "narrower") return [svg("circle", { r: 3.5, fill: "none", stroke: "#6b6b6b", "stroke-width": 1.3 })];
  if (cell.kind === "hidden") return [svg("path", { d: "M-9 9L9 -9M-9 0L0 -9M0 9L9 0", stroke: "#9a9a9a", "stroke-width": 1.2, fill: "none" })];
  if (cell.kind === "gap") return dotted(String(cell.gap.rank), 9.5);
  if (cell.kind === "asked") return ringed("?");
  if (cell.kind === "told") return ringed("“");
  return disc(cell.link);
}

function dotted(text, size) {
  return [svg("circle", { r: 11, fill: "none", stroke: "#444", "stroke-width": 1.4, "stroke-dasharray": "1.5 3", "stroke-linecap": "round" }),
    write(text, "#444", size, 3.2)];
}

function ringed(text) {
  return [svg("circle", { r: 9.5, fill: "#fff", stroke: "#444", "stroke-width": 1.4 }), write(text, "#333", 13, text === "“" ? 8 : 4.7)];
}

function write(text, fill, size, down) {
  return svg("text", { y: down, "text-anchor": "middle", "font-size": size, "font-weight": 700, fill }, text);
}

function disc(link) {
  const radius = discRadius(link.studies);
  const colour = colourOf(link);
  const marks = [svg("circle", { r: radius, fill: colour }), write(signOf(link), "#fff", Math.max(12, radius), Math.max(12, radius) * 0.35)];
  if (link.confidence !== null) marks.push(arc(radius + 2.6, link.confidence, colour));
  if (link.reviews === link.studies) marks.push(badge("R"));
  else if (isSynthesisGap(link)) marks.push(badge("S"));
  return marks;
}

/** A ring that is closed as far as the sentences were read with confidence. */
function arc(radius, share, colour) {
  const around = 2 * Math.PI * radius;
  return svg("circle", { r: radius, fill: "none", stroke: colour, "stroke-width": 1.6, "stroke-dasharray": `${(around * share).toFixed(1)} ${around.toFixed(1)}`, transform: "rotate(-90)" });
}

/** Letters as lines, not as text: what the mark means stands in the name of its cell. */
const LETTERS = { M: "M-2.6 3.2V-3L0 0.8L2.6-3V3.2", R: "M-2 3.2V-3.2H0.4A1.7 1.7 0 0 1 0.4 0.3H-2M0.3 0.3L2.2 3.2", S: "M2-2.2C1-3.5-2-3.4-2-1.5C-2 0.3 2.1-0.3 2.1 1.6C2.1 3.5-1 3.6-2.2 2.2" };

function badge(letter, x = 16, y = -15) {
  return svg("g", { transform: `translate(${x} ${y})` }, svg("circle", { r: 6.2, fill: "#fff", stroke: "#222", "stroke-width": 1 }),
    svg("path", { d: LETTERS[letter], fill: "none", stroke: "#222", "stroke-width": 1.4 }));
}

/* ---- the table ---- */

function drawCell(row, column, chosen) {
  const cell = cellOf(row.id, column.id);
  if (cell.kind === "self") return el("td", { class: "self" });
  const half = CELL / 2;
  const drawing = svg("svg", { width: CELL, height: CELL, viewBox: `${-half} ${-half} ${CELL} ${CELL}`, "aria-hidden": "true" }, cellMark(cell));
  const words = cellWords(cell, row.id, column.id);
  return el("td", { class: cell.kind },
    el("button", { type: "button", class: "cell", tabindex: -1, "aria-label": words, title: words, "aria-pressed": String(cell.key === chosen), onclick: () => select(`link:${cell.key}`) }, drawing));
}

function chooser(name, words) {
  const options = [ALL, ...domains.map((domain) => domain.name)];
  const choose = (event) => {
    state[name] = event.target.value;
    changed("view");
  };
  return el("label", {}, `${words} `, el("select", { id: `map-${name}`, onchange: choose }, options.map((option) => el("option", { value: option, selected: state[name] === option }, option))));
}

function swap() {
  [state.rows, state.columns] = [state.columns, state.rows];
  changed("view");
}

export function drawMap() {
  const box = byId("map");
  const focused = document.activeElement?.id;
  const [rows, columns] = [linesOf(state.rows), linesOf(state.columns)];
  const [kind, key] = selection();
  const heading = (construct, scope, inside) => el("th", { scope, class: kind === "construct" && key === construct.id ? "chosen" : null },
    el("button", { type: "button", class: "name", title: construct.definition || construct.label, onclick: () => select(`construct:${construct.id}`) }, inside));
  const head = el("tr", {}, el("td", { class: "corner" }), columns.map((construct) => heading(construct, "col", el("span", {}, construct.label))));
  const body = rows.map((row) => el("tr", {}, heading(row, "row", row.label), columns.map((column) => drawCell(row, column, kind === "link" ? key : null))));
  const table = el("table", { class: "gapmap", "aria-label": `${state.rows} by ${state.columns}` }, el("thead", {}, head), el("tbody", {}, body));
  table.addEventListener("keydown", (event) => rove(event, [...table.querySelectorAll("button.cell")], steps(table)));
  const first = table.querySelector("button.cell[aria-pressed=true]") ?? table.querySelector("button.cell");
  if (first) first.tabIndex = 0;
  fillAgain(box, bar(), el("div", { class: "scroll", tabindex: -1 }, table, tooMany(), legend()));
  if (focused?.startsWith("map-")) byId(focused)?.focus();
}

function bar() {
  return el("div", { class: "bar" }, chooser("rows", "Rows"), el("button", { type: "button", id: "map-swap", title: "Swap rows and columns", "aria-label": "Swap rows and columns", onclick: swap }, "⇄"), chooser("columns", "Columns"),
    el("span", { class: "hint" }, "A disc is a link: its area counts studies, its sign and colour tell the direction. Choose one to read its sentences."));
}

function sample(cell, words) {
  return el("span", { class: "key" }, svg("svg", { width: 40, height: 40, viewBox: "-18 -21 40 40", "aria-hidden": "true" }, cellMark(cell)), words);
}

const example = (direction, studies, more = {}) => ({ kind: "evidence", link: { studies, direction, confidence: null, reviews: 0, counts: {}, ...more } });

/** What the marks of the map mean. */
function legend() {
  return el("div", { class: "legend", role: "group", "aria-label": "Legend of the gap map" },
    DIRECTIONS.map((direction) => sample(example(direction, 1), directions[direction].word)),
    sample(example("positive", 9, { reviews: 1 }), "area: studies (here 9)"),
    sample(example("positive", 1, { confidence: 0.75 }), "ring: reading confidence"),
    sample(example("positive", 1, { reviews: 1 }), "reviews or theory only"), sample(example("positive", 3), "3 studies or more, no review"),
    sample({ ...example("positive", 1), paths: 1 }, "mediation or moderation read"), sample({ kind: "asked" }, "only asked"), sample({ kind: "told" }, "only told as known"), sample({ kind: "gap", gap: { rank: 7 } }, "gap candidate no. 7"),
    sample({ kind: "narrower" }, "only on narrower constructs"), sample({ kind: "nothing" }, "nothing in this corpus"), sample({ kind: "hidden" }, "hidden by your filter"));
}

function tooMany() {
  const over = [state.rows, state.columns].some((domain) => linesOf(domain).length === MOST_LINES);
  return over ? el("p", { class: "hint" }, `Only the ${MOST_LINES} constructs with most claims are shown; choose a domain to see all of it.`) : null;
}

function steps(table) {
  const row = document.activeElement.closest("tr");
  const wide = row ? row.querySelectorAll("button.cell").length : 1;
  const above = row?.previousElementSibling?.querySelectorAll("button.cell").length ?? wide;
  return { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -above };
}

/** Show rows and columns in which the selected thing can be seen. */
export function turnMapTo(a, b) {
  const [one, other] = [constructBy.get(a).domain, b ? constructBy.get(b).domain : null];
  const seen = (domain, line) => state[line] === domain || state[line] === ALL;
  if (other === null) {
    if (!seen(one, "rows") && !seen(one, "columns")) state.rows = one;
  } else if (!((seen(one, "rows") && seen(other, "columns")) || (seen(other, "rows") && seen(one, "columns")))) {
    [state.rows, state.columns] = [one, other];
  }
}
