// The SPARQL playground: choose a question, change it, run it; all within this page.
import { byId, el, fillAgain } from "./dom.js";
import { page } from "./given.js";
import { startEngine } from "./engine.js";
import { complete, completeWhileTyping } from "./completion.js";
import { csvOf, tableOf } from "./answers.js";
import { constructColumns, drawingOf } from "./drawing.js";

/** The question that is asked when the page opens. */
const FIRST = "contradictions";
let editor = null;
let engine = null;
let ready = false;
let running = false;
let waiting = false;
let answer = null;
let view = "table";

function tell(text) {
  byId("status").textContent = text;
}

function follow() {
  byId("run").disabled = running;
  byId("stop").disabled = !running;
  byId("save-csv").disabled = !answer;
  const drawable = answer !== null && constructColumns(answer).length >= 2;
  byId("show-network").disabled = !drawable;
  byId("show-network").title = drawable ? "" : "For answers with two columns of constructs";
  for (const name of ["table", "network"]) byId(`show-${name}`).setAttribute("aria-pressed", String(view === name));
  byId("save-svg").disabled = view !== "network" || !answer;
}

/* ---- asking ---- */

function run() {
  if (running) return;
  if (!ready) {
    waiting = true;
    tell("The graph is being read; the question is asked as soon as it is there.");
    return;
  }
  running = true;
  const seconds = Number(byId("limit").value);
  tell("Running …");
  follow();
  engine.ask(editor.getValue(), seconds, () => ended(`Stopped after ${seconds} s, the time limit. Ask for less, or allow more time.`));
}

function stop() {
  engine.stop();
  ended("Stopped.");
}

function ended(words) {
  running = ready = false;
  tell(words);
  follow();
}

const HINTS = [
  [/^\s*(?:#[^\n]*\n\s*|prefix[^\n]*\n\s*|base[^\n]*\n\s*)*(?:insert|delete|load|clear|drop|create|add|move|copy|with)\b/i, "This page answers questions; the graph in it cannot be changed. "],
  [/\bservice\b/i, "Nothing leaves this page, so other servers cannot be asked. "],
];

function answered(data) {
  running = false;
  if (data.error) {
    const hint = HINTS.find(([shape]) => shape.test(editor.getValue()))?.[1] ?? "";
    tell(`${hint}The question could not be answered: ${data.error}`);
    follow();
    return;
  }
  answer = data;
  if (constructColumns(answer).length < 2) view = "table";
  const more = data.total > data.rows.length ? `; the first ${data.rows.length.toLocaleString("en")} are here` : "";
  tell(`${data.total.toLocaleString("en")} ${data.total === 1 ? "row" : "rows"} in ${Math.round(data.milliseconds)} ms${more}.`);
  draw();
}

function draw() {
  follow();
  const box = byId("answer");
  if (!answer) return;
  if (view === "table") {
    fillAgain(box, answer.rows.length ? tableOf(answer) : el("p", { class: "hint" }, "No row fits the question."));
    return;
  }
  const { picture, words } = drawingOf(answer);
  fillAgain(box, el("p", { class: "hint" }, words), el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Network, scrolls" }, picture));
}

function show(name) {
  view = name;
  draw();
}

/* ---- taking it away ---- */

function save(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 4000);
  tell(`${name} saved.`);
}

function saveSvg() {
  save("answer.svg", new XMLSerializer().serializeToString(byId("answer").querySelector("svg")), "image/svg+xml");
}

async function copyLink() {
  history.replaceState(null, "", `#query=${encodeURIComponent(editor.getValue())}`);
  try {
    await navigator.clipboard.writeText(location.href);
    tell("Link to this question copied.");
  } catch {
    tell("The address of this page now holds the question: copy it from the address bar.");
  }
}

/* ---- questions ---- */

const narrow = () => matchMedia("(max-width: 900px)").matches;

function choose(question) {
  // What the head of the file says stands above the editor.
  editor.setValue(question.sparql.replace(/^(?:# (?:title|description|param)\b.*\n)+/, ""));
  fillAgain(byId("about"), el("b", {}, question.title), `. ${question.description}`, question.params.length
    ? [" To choose: ", question.params.map(([name, means], place) => [place ? ", " : "", el("span", { class: "whole" }, `?${name}`), ` (${means.replace(/\.$/, "")})`]), "; change the names between the braces after VALUES."] : "");
  for (const node of document.querySelectorAll("#questions button")) node.setAttribute("aria-pressed", String(node.dataset.name === question.name));
}

function drawQuestions() {
  fillAgain(byId("questions"), page.questions.map((question) => el("li", {},
    el("button", { type: "button", "data-name": question.name, "aria-pressed": "false", title: question.description, onclick: () => {
      choose(question);
      run();
      if (narrow()) byId("all").open = false;
    } }, question.title))));
}

/** Classes and properties with how often they occur; choosing one puts it at the cursor. */
function drawNames() {
  const put = (name) => {
    editor.getDoc().replaceSelection(`${name} `);
    editor.focus();
  };
  const list = (kind) => el("ul", {}, page.terms.filter(([, is]) => is === kind).map(([name, , words]) => el("li", {}, el("button", { type: "button", class: "inline", onclick: () => put(name) }, name), el("span", { class: "faint" }, ` ${words}`))));
  const part = (words, kind) => el("details", {}, el("summary", {}, words), list(kind));
  fillAgain(byId("name-lists"), part("Classes", "class"), part("Properties", "property"), part("Constructs", "construct"));
}

/* ---- start ---- */

/** Yasqe wraps an editor of CodeMirror: what it adds is overruled on both, all else is done on the latter. */
function startEditor() {
  Object.assign(Yasqe.defaults, { autocompleters: [], persistenceId: null, createShareableLink: null, consumeShareLink: null });
  const yasqe = new Yasqe(byId("editor"), { showQueryButton: false, resizeable: false, persistenceId: null, collapsePrefixesOnLoad: false });
  editor = byId("editor").querySelector(".CodeMirror").CodeMirror;
  editor.setSize(null, "100%");
  const own = {
    query: async () => run(),
    // Called with true after every change; the list opens by itself only where `completeWhileTyping` says.
    autocomplete: (unasked) => (unasked ? undefined : complete(editor)),
  };
  for (const object of [yasqe, editor]) Object.assign(object, own);
  // Tab leaves the editor: whoever works by keyboard is not caught in it.
  editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), Tab: false, "Shift-Tab": false, "Ctrl-S": false });
  editor.getInputField().setAttribute("aria-label", "SPARQL query. Ctrl+Enter runs it, Ctrl+Space completes, Tab leaves.");
  const scroller = editor.getScrollerElement();
  for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", "The text of the query, scrolls"]]) scroller.setAttribute(name, value);
  completeWhileTyping(editor);
}

function asked() {
  try {
    return /^#query=(.+)$/.exec(location.hash) ? decodeURIComponent(location.hash.slice(7)) : null;
  } catch {
    return null;
  }
}

function fromAddress() {
  const query = asked();
  if (query === null) return false;
  editor.setValue(query);
  fillAgain(byId("about"), "The question of the link by which you came.");
  return true;
}

function startButtons() {
  const actions = {
    run, stop, "copy-link": copyLink, "save-svg": saveSvg, "show-table": () => show("table"), "show-network": () => show("network"),
    "save-csv": () => save("answer.csv", csvOf(answer), "text/csv;charset=utf-8"),
  };
  for (const [id, work] of Object.entries(actions)) byId(id).addEventListener("click", work);
  window.addEventListener("hashchange", () => fromAddress() && run());
}

function start() {
  startEditor();
  drawQuestions();
  drawNames();
  if (!fromAddress()) choose(page.questions.find(({ name }) => name === FIRST) ?? page.questions[0]);
  startButtons();
  byId("all").open = !narrow();
  waiting = true;
  follow();
  engine = startEngine({
    onReady: ({ triples, milliseconds }) => {
      ready = true;
      byId("size").textContent = `${triples.toLocaleString("en")} triples, read in ${(milliseconds / 1000).toFixed(1)} s`;
      document.body.dataset.ready = "true";
      if (waiting) run();
      waiting = false;
    },
    onAnswer: answered,
    onBroken: (words) => tell(`The graph could not be read in this browser (${words}). A browser of 2023 or later is needed; on a terminal, oxykg query answers the same.`),
  });
}

start();
