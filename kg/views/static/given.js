// What the playground was given: the questions, the names in the graph, and the looks of directions.
import { byId } from "./dom.js";

export const page = JSON.parse(byId("data").textContent);
export const prefixes = Object.entries(page.prefixes);
export const { directions } = page;

/** IRI or label -> label of a construct. */
const constructs = new Map(page.constructs.flatMap(([iri, label]) => [[iri, label], [label, label]]));

/** The label of the construct that an answer's cell names by IRI or by label; null if none. */
export function constructIn(cell) {
  return cell === null ? null : constructs.get(cell.value) ?? null;
}

/** An IRI as a prefixed name where a prefix is known (for people to read). */
export function shorten(iri) {
  const found = prefixes.find(([, namespace]) => iri.startsWith(namespace));
  if (!found) return iri;
  const local = iri.slice(found[1].length);
  try {
    return `${found[0]}:${decodeURIComponent(local)}`;
  } catch {
    return `${found[0]}:${local}`;
  }
}

/** Title, build and day: stands in all that is saved. */
export function caption(today = new Date()) {
  return `${page.title} (build ${page.build}); asked ${today.toISOString().slice(0, 10)}`;
}
