// Sentences in plain English about links, claims, studies and the filters.
import { constructBy, directions, open, page, relations, statuses, LAST_YEAR, FIRST_YEAR } from "./corpus.js";
import { allYears, FACETS, filtered, state } from "./state.js";

export function label(id) {
  return constructBy.get(id)?.label ?? id;
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

export function signOf(link) {
  return link.direction ? directions[link.direction].sign : open.sign;
}

export function colourOf(link) {
  return link.direction ? directions[link.direction].colour : open.colour;
}

/** The name of a link or path: "A – B", "A → B", "A → M → B", "M on A → B". */
export function nameOf(link) {
  const [a, b] = [label(link.a), label(link.b)];
  if (!link.third) {
    if (link.forward !== link.backward) return link.forward ? `${a} → ${b}` : `${b} → ${a}`;
    return link.forward ? `${a} ↔ ${b}` : `${a} – ${b}`;
  }
  return link.relation === "mediates" ? `${a} → ${label(link.third)} → ${b}` : `${label(link.third)} on ${a} → ${b}`;
}

const s = (n) => (n === 1 ? "s" : "");
const OTHERS = {
  mixed: (n) => `${n} ${n === 1 ? "is mixed in itself" : "are mixed in themselves"}`,
  unspecified: (n) => `${n} give${s(n)} no sign`,
};

/** Number of studies of a direction -> words, by kind of link. */
const COUNTED = {
  pair: { positive: (n) => `${n} report${s(n)} a positive relation`, negative: (n) => `${n} report${s(n)} a negative relation`, null: (n) => `${n} find${s(n)} none`, ...OTHERS },
  mediates: { positive: (n) => `${n} support${s(n)} the mediation`, negative: (n) => `${n} support${s(n)} it with a negative sign`, null: (n) => `${n} find${s(n)} none`, ...OTHERS },
  moderates: { positive: (n) => `${n} find${s(n)} the effect algebraically larger`, negative: (n) => `${n} find${s(n)} the effect algebraically smaller`, null: (n) => `${n} find${s(n)} no moderation`, ...OTHERS },
};

function only(number) {
  return `${count(number, "claim")} only ${number === 1 ? "asks, or tells it" : "ask, or tell it"} as known.`;
}

/** What the studies say, counted and not judged. */
export function linkSentence(link) {
  if (!link.asserted) return `No study in view reports a finding. ${only(link.claims.length)}`;
  const words = COUNTED[link.kind === "path" ? link.relation : "pair"];
  const parts = Object.keys(words).filter((direction) => link.counts[direction]).map((direction) => words[direction](link.counts[direction]));
  const asked = link.claims.length - link.asserted;
  return `Of ${count(link.studies, "study", "studies")}, ${parts.join(", ")}.${asked ? ` ${only(asked)}` : ""}`;
}

const PATH_WORDS = {
  mediates: { positive: "supports this mediation", negative: "supports it with a negative indirect effect", null: "finds no mediation", unspecified: "asks whether it mediates", mixed: "gives a mixed picture" },
  moderates: { positive: "makes the effect algebraically larger", negative: "makes the effect algebraically smaller", null: "does not change the effect", unspecified: "changes the effect, direction not told", mixed: "changes it in either direction" },
};

/** What one claim says, in words. */
export function claimSentence(claim) {
  const { sign, word } = directions[claim.direction];
  if (claim.path) {
    const verb = relations[claim.relation];
    return `${capital(label(claim.subject))} ${verb} ${label(claim.source)} → ${label(claim.target)}: ${PATH_WORDS[claim.relation]?.[claim.direction] ?? word} (${sign})`;
  }
  const verb = claim.relation === "groupDifference" ? "in the group" : relations[claim.relation];
  return `${capital(label(claim.subject))} ${verb} ${label(claim.object)}: ${word} (${sign})`;
}

export function shortCitation(document) {
  return `${document.by}, ${document.year ?? "no year"}`;
}

export function fullCitation(document) {
  const authors = (document.authors ?? []).join(", ");
  const parts = [authors && `${authors}.`, `(${document.year ?? "n.d."}).`, `${document.title.replace(/[.\s]+$/, "")}.`, document.journal && `${document.journal}.`, doiAddress(document.doi)];
  return parts.filter(Boolean).join(" ");
}

/** The address of a DOI, percent-encoded; null for anything that is not one. */
export function doiAddress(doi) {
  if (!doi || !/^10\.\d{4,9}\/\S+$/.test(doi)) return null;
  try {
    return `https://doi.org/${encodeURIComponent(doi).replace(/%2F/g, "/")}`;
  } catch {
    return null;
  }
}

export function sampleOf(study) {
  return study.n === undefined ? null : `n = ${study.n.toLocaleString("en")}${study.unit ? ` ${study.unit}` : ""}`;
}

export function statusWord(status) {
  return statuses[status] ?? status;
}

/** The filters in words, for the caption of whatever is exported. */
export function filterWords() {
  if (!filtered()) return "no filter";
  const parts = FACETS.filter((facet) => state.hidden[facet].size)
    .map((facet) => `without ${facet} ${[...state.hidden[facet]].sort().map((v) => (facet === "status" ? statusWord(v) : v)).join(", ")}`);
  if (state.hidden.domain.size) parts.push(`without domain ${[...state.hidden.domain].sort().join(", ")}`);
  if (!allYears()) parts.push(`years ${state.years[0]} to ${state.years[1]}`);
  if (state.minimum > 1) parts.push(`at least ${count(state.minimum, "study", "studies")} a link`);
  if (state.confidence > 0) parts.push(`reading confidence at least ${state.confidence}`);
  return parts.join("; ");
}

/** Corpus, build, day and filters: stands in every export. */
export function caption(today = new Date()) {
  const day = today.toISOString().slice(0, 10);
  return `${page.title} (${page.documents.length} documents, ${FIRST_YEAR}–${LAST_YEAR}; build ${page.build}); exported ${day}; ${filterWords()}`;
}
