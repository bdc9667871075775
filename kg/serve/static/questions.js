"use strict";
// Runs a query on this computer's endpoint. Whatever comes back is shown as text only.
const at = (id) => document.getElementById(id);
const SHOWN = 1000;
let running = null;

const ask = (accept, signal) =>
  fetch("/sparql", {
    method: "POST",
    headers: { Accept: accept },
    body: new URLSearchParams({ query: at("sparql").value }),
    signal,
  });

const cell = (term) => {
  const td = document.createElement("td");
  if (!term) return td;
  if (term.type === "uri" && /^https?:/.test(term.value)) {
    const link = document.createElement("a");
    link.href = term.value;
    link.rel = "noopener noreferrer";
    link.textContent = term.value.replace(/^https:\/\/w3id\.org\/oxykg\//, "");
    td.append(link);
  } else {
    td.textContent = term.value === undefined ? JSON.stringify(term) : term.value;
    if (/#(integer|decimal|double)$/.test(term.datatype || "")) td.className = "number";
  }
  return td;
};

const row = (cells) => {
  const tr = document.createElement("tr");
  tr.append(...cells);
  return tr;
};

const table = (names, rows) => {
  const head = document.createElement("thead");
  head.append(row(names.map((name) => {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = name;
    return th;
  })));
  const body = document.createElement("tbody");
  body.append(...rows.map((found) => row(names.map((name) => cell(found[name])))));
  const drawn = document.createElement("table");
  drawn.append(head, body);
  return drawn;
};

const show = (said) => {
  if (said.boolean !== undefined) {
    at("answer").replaceChildren(String(said.boolean));
    return "";
  }
  const rows = said.results.bindings;
  at("answer").replaceChildren(table(said.head.vars, rows.slice(0, SHOWN)));
  return `${rows.length} rows${rows.length > SHOWN ? `, the first ${SHOWN} shown` : ""}`;
};

const complain = (text) => {
  const p = document.createElement("p");
  p.className = "error";
  p.textContent = text;
  at("answer").replaceChildren(p);
};

const run = async () => {
  if (running) running.abort();
  const mine = (running = new AbortController());
  const started = performance.now();
  at("stop").disabled = false;
  at("save").disabled = true;
  at("status").textContent = "Asking …";
  try {
    const answer = await ask("application/sparql-results+json, text/turtle;q=0.9", mine.signal);
    const text = await answer.text();
    if (mine !== running) return;
    const rows = (answer.headers.get("content-type") || "").includes("json");
    const pre = document.createElement("pre");
    pre.textContent = text;
    let count = "";
    if (!answer.ok) complain(text);
    else if (rows) count = show(JSON.parse(text));
    else at("answer").replaceChildren(pre);
    at("save").disabled = !(answer.ok && count);
    at("status").textContent = answer.ok
      ? `${count ? `${count}, ` : ""}${((performance.now() - started) / 1000).toFixed(2)} s` : "";
  } catch (error) {
    if (mine !== running) return;
    at("status").textContent = error.name === "AbortError" ? "Stopped." : "";
    if (error.name !== "AbortError") complain("The endpoint does not answer. Is 'oxykg serve' still running?");
  } finally {
    if (mine === running) {
      running = null;
      at("stop").disabled = true;
    }
  }
};

const save = async () => {
  const answer = await ask("text/csv");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = "answer.csv";
  link.click();
  URL.revokeObjectURL(link.href);
};

at("run").addEventListener("click", run);
at("stop").addEventListener("click", () => running && running.abort());
at("save").addEventListener("click", save);
at("sparql").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
});
for (const button of document.querySelectorAll("button.question")) {
  button.addEventListener("click", () => {
    at("sparql").value = button.dataset.sparql;
    at("sparql").scrollIntoView({ block: "nearest" });
    run();
  });
}
document.body.dataset.ready = "true";
