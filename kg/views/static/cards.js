// The pieces of the evidence panel: count bar, claim card, list of links.
import { el, svg } from "./dom.js";
import { directions, DIRECTIONS, page } from "./corpus.js";
import { select } from "./state.js";
import { byStudies, isOpen } from "./links.js";
import { capital, claimSentence, colourOf, count, doiAddress, fullCitation, label, nameOf, sampleOf, shortCitation, signOf, statusWord } from "./words.js";
import { sentenceOf } from "./marks.js";
import { copyText } from "./exports.js";
import { HEADS, broken } from "./figure.js";

export function button(words, onclick, attributes = {}) {
  return el("button", { type: "button", onclick, ...attributes }, words);
}

/** Studies by direction, side by side; a study that reports two directions stands in both. */
export function countBar(link) {
  const present = DIRECTIONS.filter((direction) => link.counts[direction]);
  if (!present.length) return null;
  const words = present.map((direction) => `${link.counts[direction]} ${directions[direction].word}`).join(", ");
  return el("div", { class: "countbar", role: "img", "aria-label": `Studies: ${words}` },
    present.map((direction) => el("span", { class: direction, css: { "flex-grow": link.counts[direction] }, title: `${link.counts[direction]} ${directions[direction].word}` }, `${directions[direction].sign} ${link.counts[direction]}`)));
}

export function doiLink(document) {
  const address = doiAddress(document.doi);
  if (address) return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, `doi:${document.doi}`);
  if (/^\d{1,9}$/.test(document.pmid ?? "")) return el("a", { href: `https://pubmed.ncbi.nlm.nih.gov/${document.pmid}/`, target: "_blank", rel: "noopener noreferrer" }, `PMID ${document.pmid}`);
  return el("span", { class: "faint" }, "no DOI known");
}

const QUALIFIER_WORDS = {
  subject_role: "subject", object_role: "object", population: "in", condition: "when", specimen: "specimen", instrument: "by", variant: "variant", rater: "rated by", timepoint: "at", level: "level",
};

function chips(claim) {
  const { study } = claim;
  const facts = [
    ["Status", statusWord(claim.status)],
    claim.hedged ? ["Wording", "hedged"] : null,
    ["Design", study.design ? (study.design.length > 60 ? study.designClass : study.design) : study.designClass],
    sampleOf(study) ? ["Sample", sampleOf(study)] : null,
    claim.qualifiers.specimen || claim.specimen === "not stated" ? null : ["Specimen", claim.specimen],
    ...Object.entries(claim.qualifiers).map(([name, value]) => [QUALIFIER_WORDS[name] ?? name, `${QUALIFIER_WORDS[name] ?? name}: ${value}`]),
    !claim.qualifiers.instrument && study.instruments?.length ? ["Instruments of the study", study.instruments.length > 3 ? `${study.instruments.slice(0, 3).join(", ")} and ${study.instruments.length - 3} more` : study.instruments.join(", ")] : null,
    !claim.qualifiers.population && study.population ? ["Population", study.population] : null,
    ...claim.statistics.map((raw) => ["Statistic", raw]),
    claim.document.retracted ? ["Retracted", "RETRACTED"] : null,
  ].filter(Boolean);
  return el("ul", { class: "chips", "aria-label": "Facts" }, facts.map(([name, value]) => el("li", { title: name, class: name === "Retracted" ? "alarm" : null }, value)));
}

function quotation(claim) {
  const sentence = sentenceOf(claim);
  if (sentence) return el("blockquote", {}, sentence);
  const why = page.quotes ? "This sentence is left out for size; see the source." : "This build holds no quotations; see the source.";
  return el("p", { class: "faint" }, why);
}

export function claimCard(claim, { withStudy = true } = {}) {
  const { sign, word } = directions[claim.direction];
  const confidence = claim.confidence === null ? "reading confidence not scored" : `reading confidence ${claim.confidence.toFixed(2)}`;
  return el("article", { class: `claim ${claim.direction} ${claim.asserted ? "asserted" : claim.status}`, "aria-label": claimSentence(claim) },
    el("p", { class: "says" }, el("b", { class: "sign", title: word }, sign), " ", claimSentence(claim)),
    quotation(claim),
    chips(claim),
    withStudy ? el("p", { class: "source" }, button(shortCitation(claim.document), () => select(`study:${claim.study.id}`), { class: "inline", title: "Show this study" }), " ", doiLink(claim.document)) : null,
    el("p", { class: "fine" }, `Read by machine${claim.rule ? `, rule ${claim.rule}` : ""}; ${confidence}; claim ${claim.id} `,
      withStudy ? button("copy citation", () => copyText(fullCitation(claim.document), "Citation copied."), { class: "inline" }) : null));
}

/** Newest first; findings and conclusions before what is only asked or told. */
export function inReadingOrder(claims) {
  return [...claims].sort((one, other) => Number(other.asserted) - Number(one.asserted)
    || (other.year ?? 0) - (one.year ?? 0) || (one.id < other.id ? -1 : 1));
}

const BOX = [112, 40];

function box([x, y], id) {
  const lines = broken(label(id), 17).slice(0, 2);
  return svg("g", {}, svg("title", {}, label(id)), svg("rect", { x: x - BOX[0] / 2, y: y - BOX[1] / 2, width: BOX[0], height: BOX[1], rx: 6, fill: "#fff", stroke: "#555" }),
    lines.map((line, place) => svg("text", { x, y: y + 4 + (place - (lines.length - 1) / 2) * 13, "text-anchor": "middle", "font-size": 11.5 }, line)));
}

/**
 * A path as textbooks draw it: a mediator above the line, a moderator with its arrow on the line;
 * dotted if it is a gap, of which there are no claims.
 */
export function pathDrawing(path) {
  const [left, right, top] = [[60, 100], [300, 100], [180, 26]];
  const colour = colourOf(path);
  const head = (x, y, angle) => svg("path", { d: HEADS.arrow, fill: colour, transform: `translate(${x} ${y}) rotate(${angle}) scale(7)` });
  const line = (x1, y1, x2, y2, more = {}) => svg("line", { x1, y1, x2, y2, stroke: colour, "stroke-width": 2, "stroke-dasharray": path.claims ? null : "2 5", ...more });
  const slope = 31.7;
  const parts = path.relation === "mediates"
    ? [line(76, 80, 122, 44), head(122, 44, -slope), line(238, 44, 282, 78), head(284, 79, slope), line(116, 100, 236, 100, { stroke: "#8a8a8a", "stroke-width": 1.2 })]
    : [line(116, 100, 234, 100, { stroke: "#8a8a8a", "stroke-width": 1.2 }), svg("path", { d: HEADS.arrow, fill: "#8a8a8a", transform: "translate(236 100) scale(6)" }), line(180, 46, 180, 90), head(180, 91, 90)];
  return svg("svg", { viewBox: "0 0 360 124", class: "path-drawing", role: "img", "aria-label": `Drawing: ${nameOf(path)}` }, parts,
    box(left, path.a), box(right, path.b), box(top, path.third),
    svg("text", { x: path.relation === "mediates" ? 262 : 192, y: path.relation === "mediates" ? 52 : 74, "font-size": 16, "font-weight": 700, fill: colour }, signOf(path)));
}

export function linkRow(link) {
  const number = isOpen(link) ? count(link.claims.length, "claim") : count(link.studies, "study", "studies");
  return el("li", {}, button([
    el("span", { class: "sign", css: { color: colourOf(link) } }, signOf(link)), el("span", { class: "grow" }, capital(nameOf(link))), el("span", { class: "faint" }, number),
  ], () => select(`${link.kind}:${link.key}`), { class: "row" }));
}

export function linkList(links, most = 40) {
  const sorted = [...links].sort(byStudies);
  const list = el("ul", { class: "list" }, sorted.slice(0, most).map(linkRow));
  if (sorted.length > most) list.append(el("li", { class: "faint" }, `and ${sorted.length - most} more; see the table`));
  return list;
}
