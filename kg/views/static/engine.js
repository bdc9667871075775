// The store: Oxigraph in a worker, so that a question can be stopped by ending the worker.
import { byId } from "./dom.js";

function decoded(id) {
  const text = byId(id).textContent.trim();
  const bytes = Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/**
 * Starts the store. `onReady({triples, milliseconds})` is called whenever it can be asked, again
 * after a stop; `onAnswer(answer)` after each question; `onBroken(text)` if it cannot start.
 */
export function startEngine({ onReady, onAnswer, onBroken }) {
  const source = URL.createObjectURL(new Blob([byId("worker").textContent], { type: "text/javascript" }));
  // Both are needed again after a stop: a compiled module and bytes can be given to many workers.
  const parts = Promise.all([decoded("wasm").then((bytes) => WebAssembly.compile(bytes)), decoded("graph")]);
  let worker = null;
  let timer = 0;

  function heard({ data }) {
    if (data.ready) return onReady(data);
    if (data.broken) return onBroken(data.broken);
    clearTimeout(timer);
    return onAnswer(data);
  }

  async function start() {
    const [module, graph] = await parts;
    worker = new Worker(source);
    worker.onmessage = heard;
    worker.onerror = (event) => onBroken(event.message ?? "the worker did not start");
    worker.postMessage({ module, graph });
  }

  function stop() {
    clearTimeout(timer);
    worker?.terminate();
    start();
  }

  start().catch((error) => onBroken(String(error)));
  return {
    /** Ask; if there is no answer in time, `onTooLong` is called and the question is ended. */
    ask(query, seconds, onTooLong) {
      worker.postMessage({ query });
      timer = setTimeout(() => {
        stop();
        onTooLong();
      }, seconds * 1000);
    },
    stop,
  };
}
