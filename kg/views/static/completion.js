// Completion from what is in the graph itself: classes, properties, constructs, variables, prefixes.
import { page, prefixes } from "./given.js";

const MOST = 60;
/** [name, kind, words]; words are a construct's label and other names. */
const terms = page.terms.map(([name, kind, words]) => ({ name, kind, words, local: name.slice(name.indexOf(":") + 1).toLowerCase(), folded: words.toLowerCase() }));

function rank(term, typed) {
  const name = term.name.toLowerCase();
  if (name.startsWith(typed)) return 0;
  if (term.local.startsWith(typed)) return 1;
  if (` ${term.folded}`.includes(` ${typed}`)) return 2;
  return term.local.includes(typed) || term.folded.includes(typed) ? 3 : null;
}

/** Names that fit what was typed, best first. */
export function fitting(typed) {
  const small = typed.toLowerCase();
  return terms.map((term, place) => [rank(term, small), place, term]).filter(([fit]) => fit !== null)
    .sort((one, other) => one[0] - other[0] || one[1] - other[1]).slice(0, MOST).map(([, , term]) => term);
}

function wordBefore(editor) {
  const cursor = editor.getDoc().getCursor();
  const before = editor.getDoc().getLine(cursor.line).slice(0, cursor.ch);
  const [word] = /(?:[?$]\w*|[\w-]+:?[\w-]*)$/.exec(before) ?? [""];
  return { word, from: { line: cursor.line, ch: cursor.ch - word.length }, to: cursor };
}

/** Put the name in, and declare its prefix if the query does not. */
function put(editor, { from, to }, name) {
  editor.getDoc().replaceRange(name, from, to);
  const prefix = name.slice(0, Math.max(0, name.indexOf(":")));
  if (prefix && page.prefixes[prefix] && !(prefix in editor.getPrefixesFromQuery())) editor.addPrefixes({ [prefix]: page.prefixes[prefix] });
}

function variables(editor, word) {
  const all = new Set(editor.getValue().match(/[?$]\w+/g) ?? []);
  return [...all].filter((name) => name.startsWith(word) && name !== word).sort();
}

function draw(node, term) {
  const strong = document.createElement("b");
  strong.textContent = term.name;
  const more = document.createElement("span");
  more.textContent = ` ${term.kind}${term.words ? `: ${term.words}` : ""}`;
  node.append(strong, more);
}

function hints(editor) {
  const place = wordBefore(editor);
  if (/^[?$]/.test(place.word)) return { list: variables(editor, place.word), from: place.from, to: place.to };
  const list = fitting(place.word).map((term) => ({ text: term.name, render: (node) => draw(node, term), hint: () => put(editor, place, term.name) }));
  return { list, from: place.from, to: place.to };
}

/** Show what fits at the cursor; `alone`: take the only one at once. */
export function complete(editor, alone = true) {
  editor.showHint({ hint: hints, completeSingle: alone, closeCharacters: /[\s(){}[\];,.<>]/ });
}

/** After a known prefix and a colon, or a question mark, the list opens by itself. */
export function completeWhileTyping(editor) {
  editor.on("inputRead", (_, change) => {
    if (change.origin !== "+input" || editor.state.completionActive) return;
    const { word } = wordBefore(editor);
    if (prefixes.some(([prefix]) => word === `${prefix}:`)) complete(editor, false);
  });
}
