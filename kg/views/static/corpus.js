// The data of the page as objects: constructs, documents, studies, claims and gap candidates.
import { byId } from "./dom.js";

export const page = JSON.parse(byId("data").textContent);
export const { directions, open, statuses, relations } = page.encoding;
export const DIRECTIONS = page.vocabularies.direction;
export const STATUSES = page.vocabularies.status;
export const domains = page.domains;

export const constructs = page.constructs.map((construct) => ({ ...construct, domain: domains[construct.domain].name }));
export const constructBy = new Map(constructs.map((construct) => [construct.id, construct]));
export const domainBy = new Map(domains.map((domain) => [domain.name, domain]));

export const studies = page.studies.map((study) => ({ ...study, documents: [], claims: [] }));
export const studyBy = new Map(studies.map((study) => [study.id, study]));
export const documents = page.documents.map((document) => ({ ...document, study: studyBy.get(document.study), claims: [] }));
for (const document of documents) document.study.documents.push(document);

/** The key of the link between two constructs, whichever is named first. */
export function pairKey(a, b) {
  return a <= b ? `${a}|${b}` : `${b}|${a}`;
}

const PATH_RELATIONS = new Set(["mediates", "moderates"]);
const NO_YEAR = null;
const column = Object.fromEntries(page.claimFields.map((name, place) => [name, place]));
const idAt = (place) => (place < 0 ? null : constructs[place].id);

function readClaim(row, document) {
  const get = (name) => row[column[name]];
  const { study } = document;
  const qualifiers = get("qualifiers");
  const claim = {
    id: get("id"),
    document,
    study,
    subject: idAt(get("subject")),
    relation: page.vocabularies.relation[get("relation")],
    object: idAt(get("object")),
    direction: DIRECTIONS[get("direction")],
    status: STATUSES[get("status")],
    source: idAt(get("source")),
    target: idAt(get("target")),
    hedged: Boolean(get("hedged")),
    start: get("start"),
    end: get("end"),
    marks: get("marks"),
    qualifiers,
    statistics: get("statistics"),
    rule: get("rule"),
    confidence: get("confidence"),
    year: document.year ?? NO_YEAR,
    design: study.designClass,
    population: study.populationClass,
    specimen: qualifiers.specimen || (study.specimens?.length === 1 ? study.specimens[0] : "not stated"),
  };
  claim.asserted = claim.status === "finding" || claim.status === "conclusion";
  claim.path = PATH_RELATIONS.has(claim.relation) && claim.source !== null && claim.target !== null;
  claim.key = keyOf(claim);
  document.claims.push(claim);
  study.claims.push(claim);
  return claim;
}

function keyOf(claim) {
  if (PATH_RELATIONS.has(claim.relation) && !claim.path) return null;
  if (claim.path) return `${claim.relation}|${claim.subject}|${claim.source}|${claim.target}`;
  return claim.subject === claim.object ? null : pairKey(claim.subject, claim.object);
}

export const claims = page.documents.flatMap((document, place) => document.claims.map((row) => readClaim(row, documents[place])));

/** Constructs that a claim speaks of. */
export function namedIn(claim) {
  return claim.path ? [claim.subject, claim.source, claim.target] : [claim.subject, claim.object];
}

export const used = new Set(claims.flatMap(namedIn));

/** A gap stands where its link or path would; a path that nobody tested has the shape of one that was. */
function readGap(gap, place) {
  const rank = place + 1;
  if (!gap.through) return { ...gap, rank, key: pairKey(gap.a, gap.b), named: [gap.a, gap.b] };
  return { ...gap, rank, key: `mediates|${gap.through}|${gap.a}|${gap.b}`, named: [gap.a, gap.through, gap.b], relation: "mediates", third: gap.through, direction: null };
}

export const gaps = page.gaps.map(readGap);

/** What is selected when a gap is chosen. */
export function gapName(gap) {
  return `${gap.third ? "path" : "link"}:${gap.key}`;
}

/** The best ranked gap of a pair, or of a path, by the key of its link or path. */
export const gapBy = new Map([...gaps].reverse().map((gap) => [gap.key, gap]));

const years = claims.map((claim) => claim.year).filter((year) => year !== NO_YEAR);
export const FIRST_YEAR = years.reduce((a, b) => Math.min(a, b), years[0] ?? 0);
export const LAST_YEAR = years.reduce((a, b) => Math.max(a, b), years[0] ?? 0);
export const scored = claims.some((claim) => claim.confidence !== null);

/** The two constructs of a pair key, or null if it is none; ids may hold any character. */
export function pairOf(key) {
  for (let place = key.indexOf("|"); place > 0; place = key.indexOf("|", place + 1)) {
    const [a, b] = [key.slice(0, place), key.slice(place + 1)];
    if (constructBy.has(a) && constructBy.has(b) && a < b) return [a, b];
  }
  return null;
}
