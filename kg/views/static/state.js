// What the reader has chosen: one state for all views, kept in the address after "#".
import {
  constructBy, domains, domainBy, FIRST_YEAR, gaps, LAST_YEAR, pairOf, claims, studyBy,
} from "./corpus.js";

export const VIEWS = ["map", "network", "table"];
export const FACETS = ["direction", "status", "design", "specimen", "population"];
export const TABLES = ["links", "paths", "gaps", "studies"];
export const ALL = "All domains";

const pathKeys = new Set([...claims.filter((claim) => claim.path), ...gaps.filter((gap) => gap.third)].map((path) => path.key));

function domainLike(word, otherwise) {
  return domains.find((domain) => domain.name.toLowerCase().includes(word))?.name ?? otherwise;
}

function initial() {
  const rows = domainLike("oxytocin", domains[0]?.name ?? ALL);
  return {
    view: matchMedia("(max-width: 700px)").matches ? "table" : "map",
    selected: null,
    layout: "domain",
    rows,
    columns: domainLike("relationship", rows),
    table: "links",
    hidden: Object.fromEntries([...FACETS, "domain"].map((facet) => [facet, new Set()])),
    years: [FIRST_YEAR, LAST_YEAR],
    minimum: 1,
    confidence: 0,
    gaps: true,
    everything: false,
  };
}

export const state = initial();

/** `kind:key` names what is selected; unknown names are none. */
export function known(selected) {
  const [kind, key] = parted(selected);
  if (kind === "construct") return constructBy.has(key);
  if (kind === "study") return studyBy.has(key);
  if (kind === "path") return pathKeys.has(key);
  return kind === "link" && pairOf(key) !== null;
}

function parted(selected) {
  const place = selected.indexOf(":");
  return [selected.slice(0, place), selected.slice(place + 1)];
}

/** Kind and key of what is selected; two nulls if nothing is. */
export function selection() {
  return state.selected ? parted(state.selected) : [null, null];
}

/* ---- changes: whoever draws something listens ---- */

const listeners = [];

/** `listener(what)` is called after a change of "filters", "selection" or "view". */
export function onChange(listener) {
  listeners.push(listener);
}

export function changed(what) {
  for (const listener of listeners) listener(what);
}

export function select(selected) {
  if (state.selected === selected) return;
  state.selected = selected;
  changed("selection");
}

export function show(view) {
  state.view = view;
  changed("view");
}

/** Whether any filter leaves something out. */
export function filtered() {
  return FACETS.some((facet) => state.hidden[facet].size) || state.hidden.domain.size > 0
    || state.minimum > 1 || state.confidence > 0 || !allYears();
}

export function allYears() {
  return state.years[0] === FIRST_YEAR && state.years[1] === LAST_YEAR;
}

export function clearFilters() {
  const fresh = initial();
  for (const name of ["hidden", "years", "minimum", "confidence", "gaps", "everything"]) state[name] = fresh[name];
}

/* ---- the address ---- */

const PLAIN = {
  view: (value) => VIEWS.includes(value),
  layout: (value) => ["domain", "links"].includes(value),
  rows: (value) => value === ALL || domainBy.has(value),
  columns: (value) => value === ALL || domainBy.has(value),
  table: (value) => TABLES.includes(value),
  selected: known,
};

export function address() {
  const fresh = initial();
  const words = new URLSearchParams();
  for (const name of Object.keys(PLAIN)) if (state[name] !== fresh[name]) words.set(name, state[name]);
  for (const [facet, values] of Object.entries(state.hidden)) {
    for (const value of [...values].sort()) words.append(`hide-${facet}`, value);
  }
  if (!allYears()) words.set("years", state.years.join("-"));
  if (state.minimum > 1) words.set("minimum", state.minimum);
  if (state.confidence > 0) words.set("confidence", state.confidence);
  if (!state.gaps) words.set("gaps", "0");
  if (state.everything) words.set("everything", "1");
  return `#${words}`;
}

function whole(text, low, high) {
  const value = Number(text);
  return Number.isFinite(value) && text !== null && text !== "" ? Math.min(high, Math.max(low, value)) : null;
}

export function readAddress(hash) {
  const words = new URLSearchParams(hash.slice(1));
  for (const [name, valid] of Object.entries(PLAIN)) {
    const value = words.get(name);
    if (value !== null && valid(value)) state[name] = value;
  }
  for (const facet of Object.keys(state.hidden)) state.hidden[facet] = new Set(words.getAll(`hide-${facet}`).slice(0, 200));
  const years = /^(\d{4})-(\d{4})$/.exec(words.get("years") ?? "");
  if (years) {
    const [from, to] = years.slice(1).map((year) => whole(year, FIRST_YEAR, LAST_YEAR));
    if (from <= to) state.years = [from, to];
  }
  state.minimum = Math.round(whole(words.get("minimum"), 1, 99) ?? 1);
  state.confidence = whole(words.get("confidence"), 0, 0.99) ?? 0;
  state.gaps = words.get("gaps") !== "0";
  state.everything = words.get("everything") === "1";
}

export function saveAddress() {
  try {
    history.replaceState(null, "", address());
  } catch {
    // Some browsers refuse this for files; the page works without.
  }
}
