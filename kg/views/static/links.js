// Filters act on claims; links and paths are made of the claims that pass.
import { claims, constructBy, namedIn, pairKey, pairOf } from "./corpus.js";
import { allYears, FACETS, state } from "./state.js";

/** More links than this are never drawn, nor opened with. */
export const MOST_DRAWN = 1500;
/** So many links can be read at once, in a wide window and in a narrow one. */
const READABLE = [60, 16];
export const READABLE_PATHS = 12;
/** As many studies and no review of them make a synthesis gap. */
export const SYNTHESIS_FROM = 3;

export function passes(claim) {
  for (const facet of FACETS) if (state.hidden[facet].size && state.hidden[facet].has(claim[facet])) return false;
  if (state.confidence > 0 && !(claim.confidence >= state.confidence)) return false;
  if (!allYears() && !(claim.year !== null && claim.year >= state.years[0] && claim.year <= state.years[1])) return false;
  if (!state.hidden.domain.size) return true;
  return namedIn(claim).every((id) => !state.hidden.domain.has(constructBy.get(id).domain));
}

/**
 * The direction of a link, without a vote: findings of both signs (or one that is mixed in itself)
 * make it mixed; a null result takes nothing from a sign, since it mostly means "not significant".
 */
export function directionOf(counts) {
  if (counts.mixed || (counts.positive && counts.negative)) return "mixed";
  return ["positive", "negative", "null", "unspecified"].find((direction) => counts[direction]) ?? null;
}

function gather(key, own) {
  const asserted = own.filter((claim) => claim.asserted);
  const by = {};
  for (const claim of asserted) (by[claim.direction] ??= new Set()).add(claim.study);
  const counts = Object.fromEntries(Object.entries(by).map(([direction, set]) => [direction, set.size]));
  const behind = new Set(asserted.map((claim) => claim.study));
  const sure = asserted.map((claim) => claim.confidence).filter((value) => value !== null);
  return {
    key,
    claims: own,
    asserted: asserted.length,
    asked: own.filter((claim) => claim.status === "hypothesis" || claim.status === "openQuestion").length,
    studies: behind.size,
    found: foundSigns(own),
    reviews: [...behind].filter((study) => study.synthesis).length,
    counts,
    direction: directionOf(counts),
    confidence: sure.length ? sure.reduce((a, b) => a + b, 0) / sure.length : null,
    latest: own.reduce((latest, claim) => Math.max(latest, claim.year ?? 0), 0) || null,
    ...ends(own),
  };
}

/** Primary studies with a positive and with a negative finding: two signs are a contradiction. */
function foundSigns(own) {
  const primary = own.filter((claim) => claim.status === "finding" && !claim.study.synthesis);
  const studiesWith = (direction) => new Set(primary.filter((claim) => claim.direction === direction).map((claim) => claim.study)).size;
  return { positive: studiesWith("positive"), negative: studiesWith("negative") };
}

const DIRECTED = new Set(["predicts", "affects"]);

function ends(own) {
  const [first] = own;
  if (first.path) {
    return { kind: "path", relation: first.relation, third: first.subject, a: first.source, b: first.target };
  }
  const [a, b] = pairOf(first.key);
  const directed = own.filter((claim) => DIRECTED.has(claim.relation) && claim.asserted);
  return {
    kind: "link",
    a,
    b,
    forward: directed.some((claim) => claim.subject === a),
    backward: directed.some((claim) => claim.subject === b),
  };
}

function grouped(some) {
  const groups = new Map();
  for (const claim of some) {
    if (claim.key === null) continue;
    const group = groups.get(claim.key);
    if (group) group.push(claim);
    else groups.set(claim.key, [claim]);
  }
  return groups;
}

/** All links and paths of the corpus, whatever the filters: what can be hidden. */
export const everything = grouped(claims);

/** What passes the filters now. `links` and `paths` map a key to what is known of it. */
export const view = { claims: [], links: new Map(), paths: new Map(), pathsByPair: new Map(), studies: new Set() };

export function recompute() {
  view.claims = claims.filter(passes);
  view.links = new Map();
  view.paths = new Map();
  const kept = [];
  for (const [key, own] of grouped(view.claims)) {
    const link = gather(key, own);
    if (state.minimum > 1 && link.studies < state.minimum) continue;
    (link.kind === "path" ? view.paths : view.links).set(key, link);
    kept.push(...own);
  }
  if (state.minimum > 1) view.claims = kept;
  view.studies = new Set(view.claims.map((claim) => claim.study));
  view.pathsByPair = new Map();
  for (const path of view.paths.values()) {
    const pair = pairKey(path.a, path.b);
    view.pathsByPair.set(pair, [...(view.pathsByPair.get(pair) ?? []), path]);
  }
}

export function byStudies(one, other) {
  return other.studies - one.studies || other.claims.length - one.claims.length || (one.key < other.key ? -1 : 1);
}

/** Links of which primary studies found both signs, the most evenly divided first. */
export function disputed() {
  const torn = (link) => Math.min(link.found.positive, link.found.negative);
  return [...view.links.values()].filter((link) => torn(link) > 0)
    .sort((one, other) => torn(other) - torn(one) || byStudies(one, other));
}

/** Links with many primary studies and no review, those with most studies first. */
export function synthesisGaps() {
  return [...view.links.values()].filter(isSynthesisGap).sort(byStudies);
}

export function isSynthesisGap(link) {
  return link.studies - link.reviews >= SYNTHESIS_FROM && link.reviews === 0;
}

/** Whether a link has no finding, only questions or what is told as known. */
export function isOpen(link) {
  return link.asserted === 0;
}

/** Constructs that have findings with both of two constructs, most studies first. */
export function sharedNeighbours(a, b) {
  const near = (id) => new Map([...view.links.values()].filter((link) => !isOpen(link) && (link.a === id || link.b === id))
    .map((link) => [link.a === id ? link.b : link.a, link.studies]));
  const [one, other] = [near(a), near(b)];
  return [...one.keys()].filter((id) => other.has(id))
    .sort((x, y) => Math.min(one.get(y), other.get(y)) - Math.min(one.get(x), other.get(x)) || (x < y ? -1 : 1));
}

/** Paths that lead from one construct of a pair to the other. */
export function pathsBetween(a, b) {
  return [...(view.pathsByPair.get(pairKey(a, b)) ?? [])].sort(byStudies);
}

/** What may explain that studies disagree -> its value in a claim. */
const SLOTS = {
  Design: (claim) => claim.design,
  Specimen: (claim) => (claim.specimen === "not stated" ? null : claim.specimen),
  Population: (claim) => claim.qualifiers.population ?? claim.study.population,
  Role: (claim) => [claim.qualifiers.subject_role, claim.qualifiers.object_role].filter(Boolean).join(" / ") || null,
  Instrument: (claim) => claim.qualifiers.instrument,
  Condition: (claim) => claim.qualifiers.condition,
  Time: (claim) => claim.qualifiers.timepoint,
  Level: (claim) => claim.qualifiers.level,
};

/** For each slot in which findings of different direction differ: direction -> its values. */
export function differences(link) {
  const found = link.claims.filter((claim) => claim.asserted);
  const ways = ["positive", "negative", "null"].filter((direction) => found.some((claim) => claim.direction === direction));
  return Object.entries(SLOTS).map(([slot, read]) => {
    const values = Object.fromEntries(ways.map((direction) => [direction, [...new Set(found.filter((claim) => claim.direction === direction).map(read).filter(Boolean))].sort()]));
    return { slot, values };
  }).filter(({ values }) => new Set(Object.values(values).map((some) => some.join("|"))).size > 1);
}

export function readable() {
  return READABLE[Number(matchMedia("(max-width: 600px)").matches)];
}

/** What the network draws: few enough links to be read, and those around what is selected. */
export function drawn(selectedKind, selectedKey) {
  const found = [...view.links.values()].filter((link) => !isOpen(link)).sort(byStudies);
  let from = state.minimum;
  const atLeast = (least) => found.filter((link) => link.studies >= least);
  const highest = found[0]?.studies ?? 1;
  if (!state.everything) while (from < highest && atLeast(from).length > readable()) from += 1;
  const chosen = atLeast(from).slice(0, MOST_DRAWN);
  const around = selectedKind === "construct"
    ? found.filter((link) => link.a === selectedKey || link.b === selectedKey).slice(0, READABLE[0])
    : [...view.links.values()].filter((link) => link.key === selectedKey);
  const links = new Map([...chosen, ...around].map((link) => [link.key, link]));
  return { links, paths: drawnPaths(), from, added: links.size - chosen.length, total: found.length };
}

function drawnPaths() {
  const found = [...view.paths.values()].filter((path) => path.asserted).sort(byStudies);
  if (state.everything) return found.slice(0, MOST_DRAWN);
  const least = (from) => found.filter((path) => path.studies >= from);
  let from = 1;
  while (least(from).length > READABLE_PATHS) from += 1;
  return least(from);
}

/* ---- narrower constructs ---- */

const below = new Map([...constructBy.keys()].map((id) => [id, new Set([id])]));
for (const id of constructBy.keys()) climb(id, id);

function climb(id, from) {
  for (const parent of constructBy.get(from).broader) {
    if (!below.has(parent) || below.get(parent).has(id)) continue;
    below.get(parent).add(id);
    climb(id, parent);
  }
}

/** Links between what is filed under two constructs, the link between the two themselves left out. */
export function narrowerLinks(a, b) {
  const [one, other] = [below.get(a), below.get(b)];
  if (one.size + other.size === 2) return [];
  return [...one].flatMap((x) => [...other].filter((y) => x !== y && !(x === a && y === b))
    .map((y) => view.links.get(pairKey(x, y)))).filter((link) => link && !isOpen(link)).sort(byStudies);
}
