// Tables of what is in view: links, paths, gap candidates, studies. The equal of the drawings.
import { byId, el, fillAgain } from "./dom.js";
import { directions, gapName, gaps, open } from "./corpus.js";
import { changed, select, state } from "./state.js";
import { view } from "./links.js";
import { label, shortCitation, signOf } from "./words.js";

const PAGE_ROWS = 200;
const sort = { links: ["studies", -1], paths: ["studies", -1], gaps: ["rank", 1], studies: ["year", -1] };
let shownRows = PAGE_ROWS;

const arrowOf = (link) => (link.forward === link.backward ? (link.forward ? "↔" : "–") : link.forward ? "→" : "←");

const evidence = {
  direction: { name: "Sign", title: "Direction", text: (row) => [el("b", { class: "sign" }, signOf(row)), el("span", { class: "word" }, ` ${row.direction ? directions[row.direction].word : open.word}`)], by: (row) => row.direction ?? "~" },
  studies: { name: "Studies", number: true, by: (row) => row.studies },
  positive: { name: "+", title: "Studies with a positive finding", number: true, by: (row) => row.counts.positive ?? 0 },
  negative: { name: "−", title: "Studies with a negative finding", number: true, by: (row) => row.counts.negative ?? 0 },
  null: { name: "0", title: "Studies that found no relation", number: true, by: (row) => row.counts.null ?? 0 },
  asked: { name: "Asked", title: "Claims that only ask", number: true, by: (row) => row.asked },
  latest: { name: "Latest", number: true, text: (row) => row.latest ?? "", by: (row) => row.latest ?? 0 },
};

export const TABLE_KINDS = {
  links: {
    name: "Links",
    rows: () => [...view.links.values()],
    selected: (row) => `link:${row.key}`,
    columns: {
      a: { name: "Construct", by: (row) => label(row.a) },
      relation: { name: "→", title: "Relation", text: (row) => arrowOf(row), by: (row) => arrowOf(row) },
      b: { name: "Construct", by: (row) => label(row.b) },
      ...evidence,
    },
  },
  paths: {
    name: "Mediation and moderation",
    rows: () => [...view.paths.values()],
    selected: (row) => `path:${row.key}`,
    columns: {
      third: { name: "Third construct", by: (row) => label(row.third) },
      relation: { name: "Relation", by: (row) => row.relation },
      path: { name: "Path", by: (row) => `${label(row.a)} → ${label(row.b)}` },
      ...evidence,
    },
  },
  gaps: {
    name: "Gap candidates",
    rows: () => gaps,
    selected: gapName,
    columns: {
      rank: { name: "Rank", number: true, by: (row) => row.rank },
      a: { name: "Construct", by: (row) => (row.third ? `${label(row.a)} → ${label(row.third)} →` : label(row.a)) },
      b: { name: "Construct", by: (row) => label(row.b) },
      kind: { name: "Kind", by: (row) => row.kind },
      score: { name: "Score", number: true, by: (row) => row.score },
      wording: { name: "Why", by: (row) => row.wording },
    },
  },
  studies: {
    name: "Studies",
    rows: () => [...view.studies],
    selected: (row) => `study:${row.id}`,
    columns: {
      citation: { name: "Study", by: (row) => shortCitation(row.documents[0]) },
      year: { name: "Year", number: true, text: (row) => row.documents[0].year ?? "", by: (row) => row.documents[0].year ?? 0 },
      design: { name: "Design", by: (row) => row.designClass },
      n: { name: "n", number: true, text: (row) => (row.n === undefined ? "" : `${row.n} ${row.unit ?? ""}`), by: (row) => row.n ?? -1 },
      population: { name: "Population", by: (row) => row.population ?? "" },
      claims: { name: "Claims", number: true, by: (row) => row.claims.length },
    },
  },
};

function compare(one, other) {
  if (typeof one === "string") return one.localeCompare(other, "en");
  return one - other;
}

/** The rows of the table that is open, sorted as the reader chose. */
export function tableRows() {
  const kind = TABLE_KINDS[state.table];
  const [name, way] = sort[state.table];
  const { by } = kind.columns[name];
  return kind.rows().map((row, place) => [by(row), place, row])
    .sort((x, y) => way * compare(x[0], y[0]) || x[1] - y[1]).map(([, , row]) => row);
}

function heading([name, column]) {
  const [sorted, way] = sort[state.table];
  const mine = sorted === name;
  const turn = () => {
    sort[state.table] = [name, mine ? -way : column.number ? -1 : 1];
    drawTable();
    byId(`sort-${name}`).focus();
  };
  return el("th", { scope: "col", class: column.number ? "number" : null, "aria-sort": mine ? (way > 0 ? "ascending" : "descending") : "none" },
    el("button", { type: "button", id: `sort-${name}`, title: column.title, "aria-label": column.title ? `${column.name}: ${column.title}` : null, onclick: turn }, column.name, mine ? (way > 0 ? " ▲" : " ▼") : ""));
}

function line(kind, row) {
  const key = kind.selected(row);
  const choose = (event) => {
    if (!event.target.closest("button")) select(key);
  };
  const cells = Object.entries(kind.columns).map(([, column], place) => {
    const text = (column.text ?? column.by)(row);
    const inside = place === 0 ? el("button", { type: "button", class: "open", onclick: () => select(key) }, text) : text;
    return el(place === 0 ? "th" : "td", { scope: place === 0 ? "row" : null, class: column.number ? "number" : null }, inside);
  });
  return el("tr", { class: state.selected === key ? "chosen" : null, onclick: choose }, cells);
}

function chooseTable(event) {
  state.table = event.target.value;
  shownRows = PAGE_ROWS;
  changed("view");
  byId("table-kind").focus();
}

export function drawTable() {
  const kind = TABLE_KINDS[state.table];
  const rows = tableRows();
  const options = Object.entries(TABLE_KINDS).map(([name, { name: words, rows: all }]) => el("option", { value: name, selected: name === state.table }, `${words} (${all().length})`));
  const more = () => {
    shownRows += 5 * PAGE_ROWS;
    drawTable();
  };
  fillAgain(byId("table"),
    el("div", { class: "bar" }, el("label", {}, "Table of ", el("select", { id: "table-kind", onchange: chooseTable }, options))),
    el("div", { class: "scroll" }, el("table", { class: "rows", "aria-label": kind.name }, el("thead", {}, el("tr", {}, Object.entries(kind.columns).map(heading))),
      el("tbody", {}, rows.slice(0, shownRows).map((row) => line(kind, row))))),
    rows.length ? null : el("p", { class: "hint" }, "Nothing passes the filters."),
    rows.length > shownRows ? el("p", {}, el("button", { type: "button", onclick: more }, `Show more (${rows.length - shownRows} rows left)`)) : null,
  );
}
