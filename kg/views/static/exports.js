// What is in view, to take away: figures, claims, references, triples. Each says corpus, build, filter.
import { announce, byId, el } from "./dom.js";
import { csvFile } from "./csv.js";
import { page, pairKey } from "./corpus.js";
import { address, saveAddress, selection, state } from "./state.js";
import { linesOf } from "./gapmap.js";
import { view } from "./links.js";
import { scene } from "./network.js";
import { caption, doiAddress, filterWords, label } from "./words.js";
import { plainSentence } from "./marks.js";
import { picture } from "./pictures.js";

function save(name, parts, type) {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 4000);
  announce(`${name} saved.`);
}

export async function copyText(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    announce(done);
  } catch {
    showText(text);
  }
}

/** Where the clipboard is closed to files, show the text so that it can be copied by hand. */
function showText(text) {
  const box = byId("copy-box");
  byId("copy-text").value = text;
  if (!box.open) box.showModal();
  byId("copy-text").select();
}

/** Claims that are in view: those of the rows and columns, of the drawing, or all in the table. */
export function claimsInView() {
  const [kind, key] = selection();
  if (kind === "link" || kind === "path") return view.claims.filter((claim) => claim.key === key);
  if (kind === "study") return view.claims.filter((claim) => claim.study.id === key);
  if (state.view === "network") return view.claims.filter((claim) => scene.links.has(claim.key) || scene.paths.some((path) => path.key === claim.key));
  if (state.view !== "map") return view.claims;
  const columns = linesOf(state.columns);
  const cells = new Set(linesOf(state.rows).flatMap((row) => columns.map((column) => pairKey(row.id, column.id))));
  return view.claims.filter((claim) => cells.has(claim.key));
}

export function documentsOf(claims) {
  return [...new Set(claims.map((claim) => claim.document))].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/* ---- CSV ---- */

const CSV_COLUMNS = {
  claim: (c) => c.id, subject: (c) => label(c.subject), relation: (c) => c.relation, object: (c) => label(c.object),
  path_source: (c) => (c.path ? label(c.source) : ""), path_target: (c) => (c.path ? label(c.target) : ""),
  direction: (c) => c.direction, status: (c) => c.status, hedged: (c) => (c.hedged ? "yes" : "no"), confidence: (c) => c.confidence ?? "",
  year: (c) => c.year ?? "", design: (c) => c.study.design ?? c.design, n: (c) => c.study.n ?? "", unit: (c) => c.study.unit ?? "",
  population: (c) => c.qualifiers.population ?? c.study.population ?? "", specimen: (c) => c.qualifiers.specimen ?? "",
  subject_role: (c) => c.qualifiers.subject_role ?? "", object_role: (c) => c.qualifiers.object_role ?? "", statistics: (c) => c.statistics.join("; "),
  study: (c) => c.study.id, title: (c) => c.document.title, authors: (c) => (c.document.authors ?? []).join("; "), doi: (c) => c.document.doi ?? "", pmid: (c) => c.document.pmid ?? "",
  sentence: plainSentence,
};

export function csvOf(claims) {
  const told = caption();
  return csvFile([[...Object.keys(CSV_COLUMNS), "export"], ...claims.map((claim) => [...Object.values(CSV_COLUMNS).map((read) => read(claim)), told])]);
}

/* ---- references ---- */

const oneLine = (text) => String(text).replace(/[\s\u0000-\u001f\u2028\u2029]+/g, " ").trim();
const RIS_KINDS = { theory: "GEN", book: "BOOK", "book chapter": "CHAP", chapter: "CHAP", thesis: "THES" };

function risRecord(document) {
  const lines = [["TY", RIS_KINDS[document.kind] ?? "JOUR"], ...(document.authors ?? []).map((name) => ["AU", name]), ["TI", document.title],
    ["JO", document.journal], ["PY", document.year], ["DO", document.doi], ["AN", document.pmid], ["UR", doiAddress(document.doi)], ["N1", caption()]];
  return [...lines.filter(([, value]) => value).map(([tag, value]) => `${tag}  - ${oneLine(value)}`), "ER  - "].join("\r\n");
}

export function risOf(documents) {
  return `${documents.map(risRecord).join("\r\n\r\n")}\r\n`;
}

const bibText = (text) => oneLine(text).replace(/[\\{}]/g, "").replace(/([&%$#_])/g, "\\$1").replace(/~/g, "\\textasciitilde{}").replace(/\^/g, "\\textasciicircum{}");

function bibKeys(documents) {
  const taken = new Set();
  return documents.map((document) => {
    const stem = `${document.by}${document.year ?? ""}`.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "").slice(0, 40) || "work";
    let key = stem;
    for (let more = 2; taken.has(key); more += 1) key = `${stem}-${more}`;
    taken.add(key);
    return key;
  });
}

export function bibtexOf(documents) {
  const keys = bibKeys(documents);
  const records = documents.map((document, place) => {
    const fields = [["author", document.authors?.map(bibText).join(" and ")], ["title", `{${bibText(document.title)}}`], ["journal", document.journal && bibText(document.journal)], ["year", document.year], ["doi", document.doi && oneLine(document.doi).replace(/[{}\\]/g, "")]];
    return `@${document.journal ? "article" : "misc"}{${keys[place]},\n${fields.filter(([, value]) => value).map(([name, value]) => `  ${name} = {${value}},`).join("\n")}\n}`;
  });
  return `% ${oneLine(caption())}\n\n${records.join("\n\n")}\n`;
}

/* ---- triples ---- */

/** An IRI of ours: ids as one percent-encoded segment, as Python's `quote(id, safe="")` writes it. */
function iri(kind, id) {
  return `<${page.base}${kind}/${segment(id)}>`;
}

function segment(id) {
  return encodeURIComponent(id.toWellFormed?.() ?? id).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

function literal(text) {
  const escaped = String(text).replace(/[\\"\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`);
  return `"${escaped}"`;
}

function claimTriples(claim) {
  const lines = [
    "a okg:Claim", `okg:subject ${iri("concept", claim.subject)}`, `okg:relation ${iri("relation", claim.relation)}`, `okg:object ${iri("concept", claim.object)}`,
    `okg:direction okg:${claim.direction}`, `okg:status okg:${claim.status}`, `okg:certainty okg:${claim.hedged ? "hedged" : "plain"}`, `okg:reportedIn ${iri("doc", claim.document.id)}`,
    claim.path ? `okg:pathSource ${iri("concept", claim.source)} ; okg:pathTarget ${iri("concept", claim.target)}` : null,
    plainSentence(claim) ? `okg:sentence ${literal(plainSentence(claim))}` : null,
    claim.confidence === null ? null : `okg:confidence ${claim.confidence.toFixed(3)}`,
  ];
  return `${iri("claim", claim.id)} ${lines.filter(Boolean).join(" ;\n    ")} .`;
}

function documentTriples(document) {
  const doi = document.doi ? ` ;\n    prism:doi ${literal(document.doi)}` : "";
  const year = document.year ? ` ;\n    fabio:hasPublicationYear "${String(document.year).padStart(4, "0")}"^^xsd:gYear` : "";
  return `${iri("doc", document.id)} dcterms:title ${literal(document.title)}${doi}${year} ;\n    okg:reportsStudy ${iri("study", document.study.id)} .`;
}

export function turtleOf(claims) {
  const prefixes = { okg: `${page.base}ns#`, dcterms: "http://purl.org/dc/terms/", prism: "http://prismstandard.org/namespaces/basic/2.0/", fabio: "http://purl.org/spar/fabio/", void: "http://rdfs.org/ns/void#", xsd: "http://www.w3.org/2001/XMLSchema#" };
  const heading = Object.entries(prefixes).map(([prefix, namespace]) => `@prefix ${prefix}: <${namespace}> .`);
  const about = `<${page.base}graph/export> a void:Dataset ; dcterms:description ${literal(caption())} .`;
  return [...heading, "", about, "", ...claims.map(claimTriples), "", ...documentsOf(claims).map(documentTriples), ""].join("\n");
}

/** The query that finds the claims on a pair, to be run on the graph. */
export function sparqlFor(a, b) {
  return `PREFIX okg: <${page.base}ns#>
PREFIX prism: <http://prismstandard.org/namespaces/basic/2.0/>
SELECT ?claim ?relation ?direction ?status ?sentence ?doi
WHERE {
  VALUES (?subject ?object) {
    (${iri("concept", a)} ${iri("concept", b)})
    (${iri("concept", b)} ${iri("concept", a)})
  }
  ?claim okg:subject ?subject ; okg:object ?object ; okg:relation ?relation ;
         okg:direction ?direction ; okg:status ?status ; okg:reportedIn ?document .
  OPTIONAL { ?claim okg:sentence ?sentence }
  OPTIONAL { ?document prism:doi ?doi }
}`;
}

/* ---- figures ---- */

function savePicture() {
  save(`${state.view}.svg`, [picture()], "image/svg+xml");
}

function saveBitmap() {
  const image = new Image();
  image.onload = () => {
    const canvas = el("canvas", { width: image.width * 2, height: image.height * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(`${state.view}.png`, [blob], "image/png"));
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture())}`;
}

/* ---- the menu ---- */

const ACTIONS = {
  "export-svg": savePicture,
  "export-png": saveBitmap,
  "export-csv": () => save("claims.csv", [csvOf(claimsInView())], "text/csv;charset=utf-8"),
  "export-ris": () => save("references.ris", [risOf(documentsOf(claimsInView()))], "application/x-research-info-systems"),
  "export-bib": () => save("references.bib", [bibtexOf(documentsOf(claimsInView()))], "application/x-bibtex"),
  "export-ttl": () => save("claims.ttl", [turtleOf(claimsInView())], "text/turtle;charset=utf-8"),
};

function copyLink() {
  saveAddress();
  copyText(`${location.href.replace(/#.*$/, "")}${address()}`, "Link to this view copied.");
}

export function followExports() {
  for (const id of ["export-svg", "export-png"]) byId(id).disabled = state.view === "table";
  const claims = claimsInView();
  byId("export-what").textContent = `In view: ${claims.length} claims from ${documentsOf(claims).length} documents; ${filterWords()}.`;
}

export function startExports() {
  const menu = byId("export");
  for (const [id, work] of Object.entries(ACTIONS)) {
    byId(id).addEventListener("click", () => {
      work();
      menu.open = false;
    });
  }
  menu.addEventListener("toggle", () => menu.open && followExports());
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  byId("copy-link").addEventListener("click", copyLink);
  byId("copy-close").addEventListener("click", () => byId("copy-box").close());
}
