// The network: nodes, edges and options come from pyvis, vis-network draws them, filters restyle.
import { byId, calmMotion, el } from "./dom.js";
import { constructBy, directions, domains, gapBy, gaps, open, page } from "./corpus.js";
import { changed, select, selection, state } from "./state.js";
import { drawn, MOST_DRAWN, readable, view } from "./links.js";
import { colourOf, count, label, nameOf, signOf } from "./words.js";
import { HEADS, curveText, onCurve, pathFigure } from "./figure.js";

const MOST_GAPS_DRAWN = 8;
/** Height that the buttons above take from the drawing, in pixels. */
const ABOVE = 42;
const edgeIds = new Set(page.network.edges.map((edge) => edge.id));
const nodeIds = new Set(page.network.nodes.map((node) => node.id));
let labelSize = 17;
let network = null;
let nodes = null;
let edges = null;
const lastLook = new Map();

/** What is in the drawing now; the exported figure draws the same. */
export const scene = { links: new Map(), paths: [], gaps: [], nodes: new Set(), from: 1, added: 0, total: 0 };

/** Where a construct stands: where the layout puts it, or where the reader dragged it. */
export function placeOf(id) {
  const dragged = network?.body.nodes[id];
  if (dragged && dragged.x !== undefined) return [dragged.x, dragged.y];
  return page.layouts[state.layout][id];
}

function start() {
  nodes = new vis.DataSet(page.network.nodes.map((node) => ({ ...node, hidden: true })));
  edges = new vis.DataSet(page.network.edges.map((edge) => ({ ...edge, hidden: true, arrows: "" })));
  const options = { ...page.network.options };
  options.interaction = { ...options.interaction, hideEdgesOnDrag: page.network.edges.length > 1500 };
  network = new vis.Network(byId("canvas"), { nodes, edges }, options);
  network.on("beforeDrawing", drawDomains);
  network.on("afterDrawing", drawPaths);
  network.on("afterDrawing", nameDomains);
  network.on("click", clicked);
  network.on("dragEnd", () => drawnDomains.clear());
  place();
}

function place() {
  nodes.update(page.network.nodes.map(({ id }) => ({ id, x: page.layouts[state.layout][id][0], y: page.layouts[state.layout][id][1] })));
  drawnDomains.clear();
}

function clicked(event) {
  if (event.nodes.length) return select(`construct:${event.nodes[0]}`);
  if (event.edges.length) return select(`link:${event.edges[0]}`);
  const path = pathAt(event.pointer.canvas);
  return select(path ? `path:${path.key}` : null);
}

/* ---- what is drawn ---- */

function compose() {
  const [kind, key] = selection();
  const { links, paths, from, added, total } = drawn(kind, key);
  scene.links = new Map([...links].filter(([id]) => edgeIds.has(id)));
  scene.gaps = state.gaps ? openPairs(key) : [];
  const concerns = (path) => [path.third, path.a, path.b].includes(key) || path.key === key || (kind === "link" && links.get(key)?.a === path.a && links.get(key)?.b === path.b);
  scene.paths = [...new Set([...paths, ...(key ? [...view.paths.values()].filter(concerns) : [])])]
    .filter((path) => [path.third, path.a, path.b].every((id) => nodeIds.has(id)));
  Object.assign(scene, { from, added, total });
  scene.nodes = new Set([...scene.links.values(), ...scene.gaps].flatMap((link) => [link.a, link.b]));
  for (const path of scene.paths) [path.third, path.a, path.b].forEach((id) => scene.nodes.add(id));
  for (const id of kind === "construct" ? [key] : gapBy.get(key)?.named ?? []) if (nodeIds.has(id)) scene.nodes.add(id);
}

function openPairs(key) {
  const visible = (gap) => edgeIds.has(gap.key) && !view.links.get(gap.key)?.asserted
    && [gap.a, gap.b].every((id) => !state.hidden.domain.has(constructBy.get(id).domain));
  const best = gaps.filter(visible);
  const chosen = new Map(best.slice(0, MOST_GAPS_DRAWN).map((gap) => [gap.key, gap]));
  for (const gap of best) if (gap.key === key || gap.a === key || gap.b === key) chosen.set(gap.key, gap);
  return [...chosen.values()];
}

/** Which constructs stand out while something is selected; null if nothing is. */
function focus() {
  const [kind, key] = selection();
  if (kind === "construct") {
    const near = [...scene.links.values(), ...scene.gaps].filter((link) => link.a === key || link.b === key).flatMap((link) => [link.a, link.b]);
    return new Set([key, ...near, ...pathsLit().flatMap((path) => [path.third, path.a, path.b])]);
  }
  if (kind === "path") {
    const path = view.paths.get(key) ?? gapBy.get(key);
    return path ? new Set([path.third, path.a, path.b]) : null;
  }
  const link = kind === "link" ? scene.links.get(key) ?? scene.gaps.find((gap) => gap.key === key) : null;
  return link ? new Set([link.a, link.b]) : null;
}

function pathsLit() {
  const [kind, key] = selection();
  if (kind === "path") return scene.paths.filter((path) => path.key === key);
  return kind === "construct" ? scene.paths.filter((path) => [path.third, path.a, path.b].includes(key)) : scene.paths;
}

function lit(link) {
  const [kind, key] = selection();
  if (kind === "construct") return link.a === key || link.b === key;
  return kind === null || kind === "study" ? true : link.key === key;
}

/* ---- how it looks ---- */

export function lineWidth(studies) {
  return Math.min(9, 1 + 1.5 * Math.log2(1 + studies));
}

function arrows(link) {
  const end = (scaleFactor) => ({ enabled: true, type: directions[link.direction].head, scaleFactor });
  const scale = link.studies > 4 ? 0.55 : 0.75;
  const off = { enabled: false };
  if (!link.forward && !link.backward) return { to: off, from: off, middle: end(scale) };
  return { to: link.forward ? end(scale) : off, from: link.backward ? end(scale) : off, middle: off };
}

function edgeLook(id, focused) {
  const link = scene.links.get(id);
  const gap = link ? null : scene.gaps.find((one) => one.key === id);
  if (!link && !gap) return { hidden: true };
  const strong = lit(link ?? gap);
  const colour = gap ? open.colour : colourOf(link);
  return {
    hidden: false,
    arrows: gap ? "" : arrows(link),
    dashes: gap ? [2, 7] : false,
    width: gap ? 1.6 : lineWidth(link.studies),
    label: focused && strong ? (gap ? open.sign : signOf(link)) : "",
    title: gap ? `${label(gap.a)} – ${label(gap.b)}: no finding here, gap candidate no. ${gap.rank}` : `${nameOf(link)}: ${count(link.studies, "study", "studies")}, ${directions[link.direction].word}`,
    color: { color: colour, highlight: colour, hover: colour, opacity: strong ? 0.85 : 0.12 },
  };
}

function nodeLook(id, focused) {
  const strong = !focused || focused.has(id);
  const construct = constructBy.get(id);
  return {
    hidden: !scene.nodes.has(id),
    opacity: strong ? 1 : 0.25,
    font: { color: strong ? "#1a1a1a" : "#8a8a8a", size: labelSize },
    title: `${construct.label} (${construct.domain})`,
  };
}

/** Send vis-network only what has changed: most of a redraw is spent on unchanged edges otherwise. */
function update(set, ids, lookOf, focused) {
  const news = [];
  for (const id of ids) {
    const look = lookOf(id, focused);
    const text = JSON.stringify(look);
    const key = `${set === nodes ? "n" : "e"}${id}`;
    if (lastLook.get(key) !== text) news.push({ id, ...look });
    lastLook.set(key, text);
  }
  if (news.length) set.update(news);
}

export function drawNetwork() {
  if (!network) start();
  compose();
  const focused = focus();
  drawnDomains.clear();
  update(nodes, nodeIds, nodeLook, focused);
  update(edges, edgeIds, edgeLook, focused);
  const [kind, key] = selection();
  if (kind === "construct" && nodeIds.has(key)) network.setSelection({ nodes: [key], edges: [] });
  else if (kind === "link" && edgeIds.has(key)) network.setSelection({ nodes: [], edges: [key] });
  else network.unselectAll();
  network.redraw();
  tellDrawn();
}

function tellDrawn() {
  const kept = scene.links.size;
  const line = byId("drawn");
  const behind = [...scene.links.values(), ...scene.paths].reduce((sum, link) => sum + link.claims.length, 0);
  line.replaceChildren(`${kept} of ${count(scene.total, "link")} drawn, ${behind.toLocaleString("en")} of ${count(view.claims.length, "claim")}`);
  if (kept < scene.total) {
    line.append(scene.from > state.minimum ? `: those with ${scene.from} studies or more` : `: the ${MOST_DRAWN} with most studies`, scene.added ? ", and those around your choice. " : ". ");
  } else line.append(". ");
  const more = scene.total > readable() && (kept < scene.total || state.everything);
  if (more) line.append(el("button", { type: "button", id: "draw-all", onclick: toggleAll }, state.everything ? "Draw fewer" : "Draw all"));
}

function toggleAll() {
  state.everything = !state.everything;
  changed("filters");
  fitNetwork();
  byId("draw-all")?.focus();
}

/* ---- domains behind, paths above ---- */

const drawnDomains = new Map();

/** The box around each domain's constructs that are drawn; also for the exported figure. */
export function domainBoxes() {
  if (state.layout !== "domain") return [];
  return domains.map((domain) => {
    const places = [...scene.nodes].filter((id) => constructBy.get(id).domain === domain.name).map(placeOf);
    if (!places.length) return null;
    const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
    const spare = Math.max(78, 5.5 * domain.name.length - (Math.max(...xs) - Math.min(...xs)) / 2);
    const [x, y] = [Math.min(...xs) - spare, Math.min(...ys) - 58];
    return { domain, x, y, width: Math.max(...xs) + spare - x, height: Math.max(...ys) + 66 - y };
  }).filter(Boolean);
}

function drawDomains(context) {
  if (!drawnDomains.size) for (const box of domainBoxes()) drawnDomains.set(box.domain.name, box);
  for (const { domain, x, y, width, height } of drawnDomains.values()) {
    context.save();
    context.globalAlpha = 0.1;
    context.fillStyle = domain.colour;
    context.beginPath();
    context.roundRect(x, y, width, height, 22);
    context.fill();
    context.restore();
  }
}

/** Names of domains above the lines, with a halo, so that no line strikes them through. */
function nameDomains(context) {
  context.save();
  Object.assign(context, { font: `600 ${labelSize}px system-ui, Segoe UI, Noto Sans, Liberation Sans, sans-serif`, textAlign: "center", lineWidth: 4, lineJoin: "round", strokeStyle: "#ffffffd0", fillStyle: "#333" });
  for (const { domain, x, y, width } of drawnDomains.values()) {
    context.strokeText(domain.name, x + width / 2, y + 21);
    context.fillText(domain.name, x + width / 2, y + 21);
  }
  context.restore();
}

export function figureOf(path) {
  return pathFigure(path.relation, placeOf(path.a), placeOf(path.third), placeOf(path.b));
}

function drawPaths(context) {
  const strong = new Set(pathsLit());
  const calm = !["path", "construct", "link"].includes(selection()[0]);
  for (const path of scene.paths) {
    const figure = figureOf(path);
    context.save();
    context.globalAlpha = strong.has(path) ? (calm ? 0.55 : 0.95) : 0.1;
    context.strokeStyle = context.fillStyle = colourOf(path);
    context.lineWidth = selection()[1] === path.key ? 4 : 2.2;
    if (figure.base) {
      context.save();
      context.lineWidth = 1.2;
      context.stroke(new Path2D(curveText(figure.base)));
      context.restore();
    }
    for (const curve of figure.curves) context.stroke(new Path2D(curveText(curve)));
    if (figure.ring) {
      context.beginPath();
      context.arc(...figure.ring, 21, 0, 2 * Math.PI);
      context.stroke();
    }
    context.translate(...figure.head.at);
    context.rotate(figure.head.angle);
    context.scale(9, 9);
    context.fill(new Path2D(HEADS[path.direction ? directions[path.direction].head : "circle"]));
    context.restore();
  }
}

function pathAt({ x, y }) {
  const near = 9 / network.getScale();
  const distance = (path) => Math.min(...figureOf(path).curves.flatMap((curve) =>
    Array.from({ length: 21 }, (_, step) => onCurve(curve, step / 20)).map((at) => Math.hypot(at.x - x, at.y - y))));
  const found = scene.paths.map((path) => [distance(path), path]).filter(([far]) => far < near);
  return found.sort((one, other) => one[0] - other[0])[0]?.[1] ?? null;
}

/* ---- looking around ---- */

export function fitNetwork() {
  if (!network) return;
  const places = [...scene.nodes].map(placeOf);
  if (!places.length) return;
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  const [left, top, right, bottom] = [Math.min(...xs) - 85, Math.min(...ys) - 62, Math.max(...xs) + 85, Math.max(...ys) + 70];
  const { clientWidth, clientHeight } = byId("canvas");
  const below = byId("drawn").offsetHeight + 14;
  const scale = Math.max(0.05, Math.min(1.4, (clientWidth - 16) / (right - left), (clientHeight - ABOVE - below) / (bottom - top)));
  const size = Math.round(Math.min(21, Math.max(17, 10.5 / scale)));
  if (size !== labelSize) {
    labelSize = size;
    update(nodes, nodeIds, nodeLook, focus());
  }
  network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom + (below - ABOVE) / scale) / 2 }, scale, animation: false });
}

export function lookAt(id) {
  if (!network || !scene.nodes.has(id)) return;
  const animation = calmMotion() ? false : { duration: 300, easingFunction: "easeInOutQuad" };
  network.focus(id, { scale: Math.max(0.8, network.getScale()), animation });
}

export function zoom(factor) {
  network?.moveTo({ scale: network.getScale() * factor });
}

export function setLayout(name) {
  state.layout = name;
  if (network) place();
  changed("view");
  fitNetwork();
}
