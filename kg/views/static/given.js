// What the playground was given: the questions, the names in the graph, and the looks of directions.
import { byId } from "./dom.js";

export const page = JSON.parse(byId("data").textContent);
export const prefixes = Object.entries(page.prefixes);
export const { directions } = page;

/** IRI or label -> IRI and label of a construct. */
const constructs = new Map(page.constructs.flatMap((named) => named.map((name) => [name, named])));

/** The label of the construct that an answer's cell names by IRI or by label; null if none. */
export function constructIn(cell) {
  return cell === null ? null : constructs.get(cell.value)?.[1] ?? null;
}

/** Where the explorer beside this page shows the construct that a cell names; null if none. */
export function shownAt(cell) {
  const iri = constructs.get(cell.value)?.[0];
  if (!page.explorer || iri === undefined) return null;
  const id = decodeURIComponent(iri.slice(page.prefixes.okgc.length));
  return `${page.explorer}#selected=${encodeURIComponent(`construct:${id}`)}`;
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
