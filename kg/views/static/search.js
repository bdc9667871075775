// Find a construct by any of its names; a combobox with a list of matches.
import { byId, el, fillAgain } from "./dom.js";
import { constructs, domainBy, used } from "./corpus.js";
import { select } from "./state.js";
import { capital } from "./words.js";
import { glyph } from "./figure.js";

const MOST_MATCHES = 12;

/** Lower case, without accents and punctuation: "Ångström-level" is "angstrom level". */
export function folded(text) {
  return text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

const names = constructs.flatMap((construct) => [construct.label, ...construct.names]
  .map((name, place) => ({ construct, name, alias: place > 0, folded: folded(name) })));

function rank(entry, query) {
  if (entry.folded === query) return 0;
  if (entry.folded.startsWith(query)) return 1;
  if (` ${entry.folded}`.includes(` ${query}`)) return 2;
  return query.split(" ").every((word) => entry.folded.includes(word)) ? 3 : null;
}

/** The best name of each construct that matches, best first; constructs with claims come first. */
export function matches(text) {
  const query = folded(text);
  if (!query) return [];
  const best = new Map();
  for (const entry of names) {
    const place = rank(entry, query);
    if (place === null) continue;
    const score = place * 4 + (used.has(entry.construct.id) ? 0 : 2) + (entry.alias ? 1 : 0);
    const known = best.get(entry.construct.id);
    if (!known || score < known.score) best.set(entry.construct.id, { ...entry, score });
  }
  return [...best.values()].sort((one, other) => one.score - other.score || one.name.length - other.name.length || (one.construct.id < other.construct.id ? -1 : 1)).slice(0, MOST_MATCHES);
}

let found = [];
let active = -1;

function close() {
  byId("matches").hidden = true;
  byId("search").setAttribute("aria-expanded", "false");
  byId("search").removeAttribute("aria-activedescendant");
  active = -1;
}

function choose(entry) {
  byId("search").value = entry.construct.label;
  close();
  select(`construct:${entry.construct.id}`);
}

function option(entry, place) {
  const words = entry.alias ? [el("span", { class: "grow" }, entry.name), el("span", { class: "faint" }, entry.construct.label)] : [el("span", { class: "grow" }, capital(entry.name))];
  return el("li", { role: "option", id: `match-${place}`, "aria-selected": String(place === active), onmousedown: (event) => event.preventDefault(), onclick: () => choose(entry) }, glyph(domainBy.get(entry.construct.domain), 14), words);
}

function draw() {
  const list = byId("matches");
  const typed = byId("search").value.trim();
  fillAgain(list, found.map(option), !found.length && typed ? el("li", { class: "faint", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "No construct has such a name.") : null);
  list.hidden = !typed;
  byId("search").setAttribute("aria-expanded", String(!list.hidden));
  if (active >= 0) {
    byId("search").setAttribute("aria-activedescendant", `match-${active}`);
    byId(`match-${active}`).scrollIntoView({ block: "nearest" });
  } else byId("search").removeAttribute("aria-activedescendant");
}

function typed() {
  found = matches(byId("search").value);
  active = -1;
  draw();
}

function pressed(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && found.length) {
    event.preventDefault();
    active = (active + step + found.length + (active < 0 && step < 0 ? 1 : 0)) % found.length;
    draw();
  } else if (event.key === "Enter" && found.length) {
    event.preventDefault();
    choose(found[Math.max(0, active)]);
  } else if (event.key === "Escape" && !byId("matches").hidden) {
    event.stopPropagation();
    close();
  }
}

export function startSearch() {
  const input = byId("search");
  input.addEventListener("input", typed);
  input.addEventListener("keydown", pressed);
  input.addEventListener("focus", () => input.value && typed());
  input.addEventListener("blur", close);
}
