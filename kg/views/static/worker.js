// Runs in the worker, after Oxigraph's own script. All named graphs together are the default graph.
const MOST_ROWS = 20000;
let store = null;

function cell(term) {
  if (!term) return null;
  if (term.termType === "NamedNode") return { value: term.value, iri: true };
  if (term.termType !== "Literal") return { value: String(term) };
  return { value: term.value, type: term.datatype.value };
}

function tableOf(found) {
  if (typeof found === "boolean") return { names: ["answer"], rows: [[{ value: String(found) }]], total: 1 };
  const some = found.slice(0, MOST_ROWS);
  if (found.length && !(found[0] instanceof Map)) {
    const names = ["subject", "predicate", "object"];
    return { names, rows: some.map((quad) => names.map((name) => cell(quad[name]))), total: found.length };
  }
  const names = [...new Set(some.flatMap((row) => [...row.keys()]))];
  return { names, rows: some.map((row) => names.map((name) => cell(row.get(name)))), total: found.length };
}

function prepare({ module, graph }) {
  const started = performance.now();
  initSync({ module });
  store = new Store();
  store.load(new Uint8Array(graph), { format: "application/trig", lenient: true });
  postMessage({ ready: true, triples: store.size, milliseconds: performance.now() - started });
}

/** Whether a query itself says by FROM which graphs it is about. */
function namesGraphs(query) {
  const bare = query.replace(/<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g, (part) => (part[0] === "<" ? "<>" : " "));
  return /(?<![?$\w:-])FROM\s+(?:NAMED\s+)?(?:<|[\w-]*:)/i.test(bare);
}

function answer(query) {
  const started = performance.now();
  try {
    const table = tableOf(store.query(query, { use_default_graph_as_union: !namesGraphs(query) }));
    postMessage({ ...table, milliseconds: performance.now() - started });
  } catch (error) {
    postMessage({ error: String(error.message || error) });
  }
}

onmessage = ({ data }) => {
  if (data.query !== undefined) return answer(data.query);
  try {
    prepare(data);
  } catch (error) {
    postMessage({ broken: String(error.message || error) });
  }
  return undefined;
};
