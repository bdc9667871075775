// Filters and legend. Filters act on claims; a figure beside a value counts the claims that have it.
import { byId, debounced, el, fillAgain, svg } from "./dom.js";
import { claims, directions, DIRECTIONS, domains, FIRST_YEAR, gaps, LAST_YEAR, open, scored, STATUSES } from "./corpus.js";
import { changed, clearFilters, filtered, state } from "./state.js";
import { statusWord } from "./words.js";
import { glyph, lineSample } from "./figure.js";

const FACET_WORDS = { direction: "Direction", status: "Status", design: "Design", specimen: "Specimen", population: "Population" };

function tallied(facet) {
  const numbers = new Map();
  for (const claim of claims) numbers.set(claim[facet], (numbers.get(claim[facet]) ?? 0) + 1);
  const fixed = { direction: DIRECTIONS, status: STATUSES }[facet];
  if (fixed) return fixed.filter((value) => numbers.has(value)).map((value) => [value, numbers.get(value)]);
  return [...numbers].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
}

const wordFor = (facet, value) => ({ direction: () => `${directions[value].sign} ${directions[value].word}`, status: () => statusWord(value) }[facet] ?? (() => value))();

function tick(set, value, inside, number) {
  const turn = (event) => {
    set[event.target.checked ? "delete" : "add"](value);
    changed("filters");
  };
  return el("label", { class: "tick" }, el("input", { type: "checkbox", checked: !set.has(value), "data-value": value, onchange: turn }), el("span", { class: "grow" }, inside), number === undefined ? null : el("span", { class: "faint" }, number.toLocaleString("en")));
}

function facet(name) {
  const values = tallied(name);
  const hidden = state.hidden[name];
  const only = (chosen) => {
    state.hidden[name] = new Set(chosen ? [] : values.map(([value]) => value));
    drawFilters();
    changed("filters");
  };
  return el("details", { id: `facet-${name}`, open: hidden.size > 0 || name === "direction" || name === "status" },
    el("summary", {}, FACET_WORDS[name], hidden.size ? el("span", { class: "faint" }, ` ${values.filter(([value]) => hidden.has(value)).length} left out`) : null),
    values.map(([value, number]) => tick(hidden, value, wordFor(name, value), number)),
    el("p", { class: "all" }, el("button", { type: "button", class: "inline", onclick: () => only(true) }, "all"), " ", el("button", { type: "button", class: "inline", onclick: () => only(false) }, "none")));
}

/* ---- years ---- */

function histogram() {
  const span = LAST_YEAR - FIRST_YEAR + 1;
  const numbers = new Map();
  for (const { year } of claims) if (year !== null) numbers.set(year, (numbers.get(year) ?? 0) + 1);
  const highest = Math.max(1, ...numbers.values());
  return svg("svg", { viewBox: `0 0 ${span} 20`, preserveAspectRatio: "none", "aria-hidden": "true" }, [...numbers].map(([year, number]) => {
    const height = Math.max(0.8, (20 * number) / highest);
    return svg("rect", { "data-year": year, x: year - FIRST_YEAR + 0.1, width: 0.8, y: 20 - height, height });
  }));
}

const laterChanged = debounced(() => changed("filters"), 60);

function yearHandle(end) {
  const move = (event) => {
    const year = Number(event.target.value);
    state.years[end] = end ? Math.max(year, state.years[0]) : Math.min(year, state.years[1]);
    event.target.value = state.years[end];
    showYears();
    laterChanged();
  };
  return el("input", { type: "range", id: end ? "year-to" : "year-from", min: FIRST_YEAR, max: LAST_YEAR, value: state.years[end], "aria-label": end ? "Latest year" : "Earliest year", oninput: move });
}

function showYears() {
  byId("years-said").textContent = `${state.years[0]}–${state.years[1]}`;
  for (const [id, year] of [["year-from", state.years[0]], ["year-to", state.years[1]]]) byId(id).value = year;
  for (const bar of document.querySelectorAll("#filters rect[data-year]")) {
    bar.classList.toggle("outside", Number(bar.dataset.year) < state.years[0] || Number(bar.dataset.year) > state.years[1]);
  }
}

function years() {
  return el("fieldset", {}, el("legend", {}, "Years ", el("output", { id: "years-said" })), el("div", { class: "years" }, histogram(), yearHandle(0), yearHandle(1)));
}

/* ---- thresholds ---- */

function number(id, words, after, attributes, name) {
  const put = (event) => {
    const value = Number(event.target.value);
    if (Number.isFinite(value)) state[name] = Math.min(attributes.max, Math.max(attributes.min, value));
    event.target.value = state[name];
    changed("filters");
  };
  return el("label", { class: "number" }, words, " ", el("input", { type: "number", id, value: state[name], onchange: put, ...attributes }), " ", after);
}

function thresholds() {
  const gapsTick = (event) => {
    state.gaps = event.target.checked;
    changed("filters");
  };
  return el("fieldset", {}, el("legend", {}, "Links"),
    number("minimum", "with at least", "studies", { min: 1, max: 99, step: 1 }, "minimum"),
    scored ? number("confidence", "read with confidence of at least", "", { min: 0, max: 0.99, step: 0.05 }, "confidence") : null,
    gaps.length ? el("label", { class: "tick" }, el("input", { type: "checkbox", id: "gaps", checked: state.gaps, onchange: gapsTick }), el("span", { class: "grow" }, "show gap candidates"), el("span", { class: "faint" }, String(gaps.length))) : null);
}

export function drawFilters() {
  const reset = () => {
    clearFilters();
    drawFilters();
    changed("filters");
    byId("reset").focus();
  };
  fillAgain(byId("filters"), years(), Object.keys(FACET_WORDS).filter((name) => tallied(name).length > 1).map(facet), thresholds(),
    el("p", {}, el("button", { type: "button", id: "reset", onclick: reset }, "Clear all filters")), legend());
  followFilters();
}

/** After a change from elsewhere (replay, address): bring the controls in line. */
export function followFilters() {
  if (!byId("years-said")) return;
  showYears();
  for (const name of [...Object.keys(FACET_WORDS), "domain"]) {
    for (const box of document.querySelectorAll(`#facet-${name} input[data-value]`)) box.checked = !state.hidden[name].has(box.dataset.value);
  }
  byId("minimum").value = state.minimum;
  byId("reset").disabled = !filtered();
}

/* ---- legend ---- */

function legend() {
  return el("details", { id: "legend", open: true }, el("summary", {}, "Legend"),
    DIRECTIONS.map((direction) => el("div", { class: "key" }, lineSample(directions[direction]), el("b", { class: "sign" }, directions[direction].sign), el("span", {}, directions[direction].word))),
    el("div", { class: "key" }, lineSample(open, true), el("b", { class: "sign" }, open.sign), el("span", {}, "no finding (gap candidate)")),
    el("p", { class: "fine" }, "In the network, line end: directed (predicts, affects). Mark in the middle: association. Width: studies. No colour means good or bad; fewer symptoms is a minus."),
    el("div", { id: "facet-domain" }, el("h2", {}, "Domains"), domains.map((domain) => tick(state.hidden.domain, domain.name, [glyph(domain), " ", domain.name]))));
}
