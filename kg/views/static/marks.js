// Quoted text with the words marked that a claim was read from.
import { el } from "./dom.js";

/**
 * `text` from `start` to `end` as nodes; `marks` are [start, end, class] and may overlap.
 * A stretch that several marks cover gets all their classes.
 */
export function marked(text, start, end, marks) {
  const inside = marks.filter(([from, to]) => from < end && to > start);
  const cuts = new Set([start, end, ...inside.flatMap(([from, to]) => [Math.max(from, start), Math.min(to, end)])]);
  const edges = [...cuts].sort((a, b) => a - b);
  const nodes = [];
  for (let place = 0; place + 1 < edges.length; place += 1) {
    const [from, to] = [edges[place], edges[place + 1]];
    const kinds = inside.filter(([a, b]) => a <= from && b >= to).map(([, , kind]) => kind);
    const words = text.slice(from, to);
    nodes.push(kinds.length ? el("mark", { class: [...new Set(kinds)].join(" ") }, words) : words);
  }
  return nodes;
}

const CLASSES = { s: "subject", o: "object", t: "third", c: "cue" };

/** The sentence of a claim, its constructs and its cue marked; null in a build without quotes. */
export function sentenceOf(claim) {
  if (claim.start < 0 || !claim.document.text) return null;
  const marks = claim.marks.map(([from, to, kind]) => [from, to, CLASSES[kind]]);
  return marked(claim.document.text, claim.start, claim.end, marks);
}

export function plainSentence(claim) {
  return claim.start < 0 || !claim.document.text ? "" : claim.document.text.slice(claim.start, claim.end);
}
