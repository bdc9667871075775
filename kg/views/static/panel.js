// The evidence panel: who says so? For a link, a path, a construct; and what to look at first.
import { byId, el, fillAgain } from "./dom.js";
import { claims as allClaims, constructBy, directions, domainBy, gapBy, gapName, gaps, namedIn, page, pairKey, pairOf, studyBy } from "./corpus.js";
import { clearFilters, changed, filtered, select, selection } from "./state.js";
import { differences, disputed, everything, isOpen, isSynthesisGap, narrowerLinks, pathsBetween, sharedNeighbours, synthesisGaps, view } from "./links.js";
import { button, claimCard, countBar, inReadingOrder, linkList, linkRow, pathDrawing } from "./cards.js";
import { capital, count, label, linkSentence, nameOf } from "./words.js";
import { copyText, sparqlFor } from "./exports.js";
import { glyph } from "./figure.js";
import { studyView } from "./study.js";

const MOST_CARDS = 60;
const NOT_PROOF = "That is not evidence that no study exists: it describes this corpus, of which only titles and abstracts or digests were read.";
const NOT_EFFECTS = "Studies are counted here, not weighed: a count is no effect size, and “no relation found” mostly means “not significant”.";

const section = (heading, ...inside) => (inside.flat().filter(Boolean).length ? el("section", {}, el("h3", {}, heading), inside) : null);

/* ---- nothing selected ---- */

function gapRow(gap) {
  return el("li", {}, button([
    el("span", { class: "sign" }, "?"), el("span", { class: "grow" }, capital(nameOf(gap))), el("span", { class: "faint" }, gap.kind),
  ], () => select(gapName(gap)), { class: "row", title: gap.wording }));
}

function landing() {
  const [torn, unreviewed] = [disputed(), synthesisGaps()];
  return [
    el("h2", {}, "What do you want to know?"),
    el("p", {}, "Choose a cell, a construct or a line in any view, or find a construct by name. Here you will see the sentences behind it, each with its study."),
    section("Findings disagree", torn.length ? el("ul", { class: "list" }, torn.slice(0, 6).map(linkRow)) : el("p", { class: "faint" }, "No link in view has findings of both signs.")),
    section("Gap candidates", gaps.length ? el("ul", { class: "list" }, gaps.slice(0, 6).map(gapRow)) : el("p", { class: "faint" }, "None were computed.")),
    unreviewed.length ? section("Studied often, reviewed never", el("ul", { class: "list" }, unreviewed.slice(0, 4).map(linkRow))) : null,
    section("This corpus", el("p", {}, `${count(page.documents.length, "document")}, ${count(page.studies.length, "study", "studies")}, ${count(allClaims.length, "claim")}: ${breakdown()}.`),
      page.unquoted ? el("p", { class: "notice" }, `For size, the sentences of ${count(page.unquoted, "document")} are left out of this file; their facts are in.`) : null),
  ];
}

function breakdown() {
  const words = { finding: "findings", conclusion: "conclusions", hypothesis: "hypotheses", background: "told as known", openQuestion: "open questions" };
  return Object.entries(words).map(([status, word]) => `${allClaims.filter((claim) => claim.status === status).length} ${word}`).join(", ");
}

/* ---- a link or a path ---- */

function evidence(link, total) {
  const shown = inReadingOrder(link.claims);
  const asserted = shown.filter((claim) => claim.asserted);
  const others = shown.filter((claim) => !claim.asserted);
  const cards = (some) => some.slice(0, MOST_CARDS).map((claim) => claimCard(claim));
  const left = shown.length - Math.min(asserted.length, MOST_CARDS) - Math.min(others.length, MOST_CARDS);
  return [
    el("p", { class: "lead" }, linkSentence(link)),
    countBar(link),
    link.reviews ? el("p", { class: "faint" }, `${link.reviews === link.studies ? "All" : link.reviews} of them ${link.reviews === 1 && link.studies > 1 ? "is a review or theory" : "are reviews or theory"}.`) : null,
    link.found.positive && link.found.negative ? el("p", { class: "notice" }, "Findings disagree in sign. Compare how and in whom they were made.") : null,
    link.found.positive && link.found.negative ? compared(link) : null,
    isSynthesisGap(link) ? el("p", { class: "notice" }, `${count(link.studies, "primary study", "primary studies")} and no review of this link in the corpus.`) : null,
    link.asserted ? el("p", { class: "fine" }, NOT_EFFECTS) : null,
    total > link.claims.length ? el("p", { class: "faint" }, `${link.claims.length} of ${total} claims pass the filters.`) : null,
    section(`Findings and conclusions (${asserted.length})`, cards(asserted)),
    section(`Asked or told as known (${others.length})`, cards(others)),
    left > 0 ? el("p", { class: "faint" }, `${count(left, "further claim")}: export the CSV to see all.`) : null,
  ];
}

/** Where the findings of different sign differ otherwise: a hint at why, not a proof. */
function compared(link) {
  const rows = differences(link);
  if (!rows.length) return el("p", { class: "faint" }, "They do not differ in any of the facts that are known of them.");
  const said = (values) => (values.length > 4 ? `${values.slice(0, 4).join("; ")}; and ${values.length - 4} more` : values.join("; ") || "not told");
  const line = (way, values) => el("li", {}, el("b", { class: `sign ${way}`, title: directions[way].word }, directions[way].sign), " ", said(values));
  return el("details", { open: true, class: "compared" }, el("summary", {}, "What differs between them"),
    rows.map(({ slot, values }) => [el("h4", {}, slot), el("ul", { class: "list" }, Object.entries(values).map(([way, some]) => line(way, some)))]));
}

function ends(...ids) {
  return el("p", { class: "ends" }, "About: ", ids.map((id) => [button(label(id), () => select(`construct:${id}`), { class: "inline" }), " "]));
}

function pathPanel(key) {
  const [path, gap] = [view.paths.get(key), gapBy.get(key)];
  if (!path && everything.has(key)) return hiddenPanel(everything.get(key).length);
  const shown = path ?? gap;
  return [
    el("h2", {}, capital(nameOf(shown))),
    el("p", { class: "kind" }, shown.relation === "mediates" ? "Mediation: the effect passes through the construct in the middle." : "Moderation: the first construct changes the effect."),
    pathDrawing(shown), ends(shown.third, shown.a, shown.b),
    path ? evidence(path, everything.get(key).length) : [el("p", { class: "lead" }, "No claim in this corpus is about this mediation as a whole."), el("p", { class: "notice" }, NOT_PROOF)],
    gap ? pathGapPart(gap) : null,
  ];
}

function gapSection(gap) {
  return section(`Gap candidate no. ${gap.rank} (${gap.kind}, score ${gap.score})`, el("p", {}, gap.wording));
}

/** The findings that each leg of an untested path stands on, and what links its two ends. */
function pathGapPart(gap) {
  const links = (a, b) => [view.links.get(pairKey(a, b))].filter(Boolean);
  const legs = [...links(gap.a, gap.third), ...links(gap.third, gap.b)];
  const whole = links(gap.a, gap.b);
  return [
    gapSection(gap),
    legs.length ? section("The two legs", linkList(legs)) : null,
    whole.length ? section("Source and target", linkList(whole)) : null,
  ];
}

function hiddenPanel(number) {
  const show = () => {
    clearFilters();
    changed("filters");
  };
  return [el("h2", {}, "Hidden by your filter"), el("p", {}, `${count(number, "claim")} on this ${number === 1 ? "does" : "do"} not pass the filters that are set.`), button("Clear the filters", show)];
}

function gapPart(a, b, gap) {
  const bridges = sharedNeighbours(a, b).slice(0, 12);
  const near = narrowerLinks(a, b);
  const inline = (id) => [button(label(id), () => select(`construct:${id}`), { class: "inline" }), " · "];
  return [
    near.length ? section("Between narrower constructs", linkList(near)) : null,
    gap ? gapSection(gap) : null,
    bridges.length ? section("Linked with both", el("p", {}, bridges.flatMap(inline).slice(0, -1))) : null,
  ];
}

function linkPanel(key) {
  const [a, b] = pairOf(key);
  const link = view.links.get(key);
  const gap = gapBy.get(key);
  if (!link && everything.has(key)) return hiddenPanel(everything.get(key).length);
  const paths = pathsBetween(a, b);
  const tail = [
    paths.length ? section("Mediation and moderation of this link", linkList(paths)) : null,
    !link || isOpen(link) || gap ? gapPart(a, b, gap) : null,
    el("p", { class: "actions" }, button("Copy as SPARQL", () => copyText(sparqlFor(a, b), "SPARQL query copied.")),
      page.playground ? el("a", { href: `${page.playground}#query=${encodeURIComponent(sparqlFor(a, b))}` }, "Ask in the playground") : null),
  ];
  if (link) return [el("h2", {}, capital(nameOf(link))), ends(a, b), evidence(link, everything.get(key).length), tail];
  return [el("h2", {}, `${capital(label(a))} – ${label(b)}`), ends(a, b), el("p", { class: "lead" }, narrowerLinks(a, b).length ? "No claim in this corpus names just these two; narrower constructs are linked." : "No claim in this corpus links the two."), el("p", { class: "notice" }, NOT_PROOF), tail];
}

/* ---- a construct ---- */

function constructPanel(id) {
  const construct = constructBy.get(id);
  const links = [...view.links.values()].filter((link) => link.a === id || link.b === id);
  const found = links.filter((link) => !isOpen(link));
  const asked = links.filter(isOpen);
  const paths = [...view.paths.values()].filter((path) => [path.third, path.a, path.b].includes(id));
  const behind = new Set(view.claims.filter((claim) => namedIn(claim).includes(id)).map((claim) => claim.study));
  const own = gaps.filter((gap) => gap.named.includes(id));
  return [
    el("h2", {}, glyph(domainBy.get(construct.domain), 18), " ", capital(construct.label)),
    el("p", { class: "kind" }, construct.domain),
    construct.definition ? el("p", {}, construct.definition) : null,
    construct.names.length ? el("details", {}, el("summary", {}, "Other names"), el("p", { class: "faint" }, construct.names.join(", "))) : null,
    broader(construct),
    el("p", { class: "lead" }, `${count(behind.size, "study", "studies")}, ${count(found.length, "link")} with findings in view.`),
    found.length ? section("Links", linkList(found)) : null,
    paths.length ? section("Mediation and moderation", linkList(paths)) : null,
    asked.length ? section("Only asked or told as known", linkList(asked)) : null,
    own.length ? section("Gap candidates", el("ul", { class: "list" }, own.slice(0, 6).map(gapRow))) : null,
  ];
}

function broader(construct) {
  const near = [...construct.broader.map((id) => ["filed under", id]), ...[...constructBy.values()].filter((one) => one.broader.includes(construct.id)).map((one) => ["includes", one.id])];
  if (!near.length) return null;
  const group = (words) => {
    const ids = near.filter(([word, id]) => word === words && constructBy.has(id)).map(([, id]) => id);
    return ids.length ? [`${capital(words)} `, ids.map((id) => [button(label(id), () => select(`construct:${id}`), { class: "inline" }), " "])] : null;
  };
  return el("p", { class: "ends" }, group("filed under"), group("includes"));
}

/* ---- which of them ---- */

const PANELS = { construct: constructPanel, link: linkPanel, path: pathPanel, study: (key) => studyView(studyBy.get(key)) };

export function drawPanel() {
  const [kind, key] = selection();
  const panel = byId("panel");
  const close = kind ? button("Close", () => select(null), { class: "close", title: "Close (Esc)" }) : null;
  fillAgain(panel, close, kind ? PANELS[kind](key) : landing());
  panel.scrollTop = 0;
  panel.classList.toggle("filtered", filtered());
}
