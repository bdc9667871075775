// One study: its record, its claims as a small graph, its sentences marked in the text.
import { el, svg } from "./dom.js";
import { directions, page } from "./corpus.js";
import { select } from "./state.js";
import { passes } from "./links.js";
import { HEADS, bend, curveText, onCurve } from "./figure.js";
import { marked } from "./marks.js";
import { button, claimCard, doiLink, inReadingOrder } from "./cards.js";
import { capital, claimSentence, count, fullCitation, label, sampleOf } from "./words.js";
import { copyText } from "./exports.js";

function record(study) {
  const rows = [
    ["Design", study.design ?? study.designClass],
    ["Kind", study.kind],
    ["Sample", sampleOf(study)],
    ["Population", study.population],
    ["Instruments", study.instruments?.join(", ")],
    ["Specimens", study.specimens?.join(", ")],
  ].filter(([, value]) => value);
  return el("dl", {}, rows.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function source(document) {
  return el("div", { class: "document" }, el("h3", { class: "title" }, document.title),
    document.retracted ? el("p", { class: "notice" }, "This work was retracted.") : null,
    el("p", {}, [document.authors?.join(", "), document.year, document.journal].filter(Boolean).join(" · ")),
    el("p", {}, doiLink(document), " ", button("copy citation", () => copyText(fullCitation(document), "Citation copied."), { class: "inline" })));
}

/* ---- the small graph: who is linked with whom in this study ---- */

const WIDTH = 344;
const ROW = 34;
/** Room for the names at either side. */
const SIDE = 132;

function joined(claims) {
  const lines = new Map();
  for (const claim of claims) {
    const key = claim.path ? claim.key : `${claim.subject}|${claim.object}|${claim.direction}`;
    const line = lines.get(key) ?? { claim, number: 0, asserted: false };
    line.number += 1;
    line.asserted ||= claim.asserted;
    lines.set(key, line);
  }
  const beside = new Map();
  for (const line of lines.values()) {
    const between = [line.claim.subject, line.claim.object].sort().join("|");
    line.lane = beside.get(between) ?? 0;
    beside.set(between, line.lane + 1);
  }
  return [...lines.values()];
}

/** Constructs in two columns: what claims start from on the left, what they are about on the right. */
function columns(lines) {
  const weight = new Map();
  for (const { claim } of lines) {
    const start = claim.path ? claim.source : claim.subject;
    weight.set(start, (weight.get(start) ?? 0) + 1);
    weight.set(claim.object, (weight.get(claim.object) ?? 0) - 1);
    if (claim.path) weight.set(claim.subject, (weight.get(claim.subject) ?? 0) + 1);
  }
  const names = [...weight.keys()];
  const left = names.filter((id) => weight.get(id) > 0);
  return [left, names.filter((id) => weight.get(id) <= 0)];
}

function smallGraph(claims) {
  const lines = joined(claims);
  const [left, right] = columns(lines);
  const height = Math.max(left.length, right.length, 1) * ROW + 8;
  const place = new Map();
  const put = (ids, x) => ids.forEach((id, row) => place.set(id, [x, ((row + 0.5) * height) / ids.length]));
  put(left, SIDE);
  put(right, WIDTH - SIDE);
  const node = (id, anchor) => {
    const [x, y] = place.get(id);
    const words = label(id).length > 19 ? `${label(id).slice(0, 18)}…` : label(id);
    return svg("g", {}, svg("title", {}, label(id)), svg("circle", { cx: x, cy: y, r: 3.5, fill: "#222" }),
      svg("text", { x: x + (anchor === "end" ? -8 : 8), y: y + 4, "text-anchor": anchor, "font-size": 11 }, words));
  };
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "small-graph", role: "img", "aria-label": `Graph of ${count(lines.length, "link")} in this study; the list below holds the same.` },
    lines.map((line) => drawLine(line, place)), left.map((id) => node(id, "end")), right.map((id) => node(id, "start")));
}

function drawLine({ claim, asserted, lane }, place) {
  const { colour, head } = directions[claim.direction];
  const from = place.get(claim.path ? claim.source : claim.subject);
  const to = place.get(claim.object);
  const same = from[0] === to[0];
  const side = from[0] < WIDTH / 2 ? -1 : 1;
  const curve = bend(from, to, 5, 12, same ? side * Math.sign(to[1] - from[1] || 1) * (0.5 + 0.2 * lane) : 0.04 + 0.16 * lane);
  const end = onCurve(curve, 1);
  const third = claim.path ? place.get(claim.subject) : null;
  const middle = onCurve(curve, 0.5);
  return svg("g", { opacity: asserted ? 1 : 0.55 }, svg("title", {}, claimSentence(claim)),
    svg("path", { d: curveText(curve), stroke: colour, fill: "none", "stroke-width": asserted ? 2 : 1.3 }),
    svg("path", { d: HEADS[head], fill: colour, transform: `translate(${end.x} ${end.y}) rotate(${(end.angle * 180) / Math.PI}) scale(6)` }),
    third ? svg("path", { d: curveText(bend(third, [middle.x, middle.y], 5, 3, 0.1)), stroke: colour, fill: "none", "stroke-width": 1.3 }) : null,
    third ? svg("circle", { cx: middle.x, cy: middle.y, r: 3.5, fill: "#fff", stroke: colour, "stroke-width": 1.5 }) : null);
}

/* ---- the text ---- */

function markedText(document) {
  if (!document.text) return el("p", { class: "faint" }, page.quotes ? "The text is left out for size." : "This build holds no quotations.");
  const marks = document.claims.filter((claim) => claim.start >= 0).map((claim) => [claim.start, claim.end, claim.asserted ? "claimed" : "claimed-open"]);
  const kind = document.textKind === "digest" ? "Digest in our own words" : "Sentences of the abstract that carry claims";
  return [el("p", { class: "faint" }, `${kind}; marked is what claims were read from.`), el("p", { class: "text" }, marked(document.text, 0, document.text.length, marks))];
}

export function studyView(study) {
  const claims = inReadingOrder(study.claims);
  const outside = claims.filter((claim) => !passes(claim)).length;
  const cards = el("details", { open: claims.length <= 6 }, el("summary", {}, `Claims (${claims.length})`), claims.map((claim) => [
    claim.key ? button(`Open ${claim.path ? "path" : "link"}`, () => select(`${claim.path ? "path" : "link"}:${claim.key}`), { class: "inline open-link" }) : null, claimCard(claim, { withStudy: false })]));
  return [
    el("h2", {}, capital("study")),
    study.documents.map(source),
    record(study),
    claims.length ? smallGraph(claims) : el("p", { class: "faint" }, "No claim was read from this study."),
    outside ? el("p", { class: "faint" }, `${outside} of its ${count(claims.length, "claim")} do not pass the filters.`) : null,
    study.documents.map(markedText),
    claims.length ? cards : null,
  ];
}
