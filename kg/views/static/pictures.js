// Figures drawn from the data as SVG, with a caption: the network and the gap map as they are in view.
import { svg } from "./dom.js";
import { constructBy, DIRECTIONS, directions, domainBy, open, page } from "./corpus.js";
import { state } from "./state.js";
import { capital, caption, colourOf, label, signOf } from "./words.js";
import { HEADS, bend, broken, curveText, onCurve, shapePath } from "./figure.js";
import { domainBoxes, drawNetwork, figureOf, lineWidth, placeOf, scene } from "./network.js";
import { CELL, cellMark, cellOf, linesOf } from "./gapmap.js";

const FONT = "Segoe UI, Noto Sans, Liberation Sans, Helvetica, Arial, sans-serif";
const LINE_HEIGHT = 17;

const SIGNS = DIRECTIONS.map((direction) => directions[direction]).map(({ sign, word }) => `${sign} ${word}`).join(", ");
const MAP_KEY = `${SIGNS}. Disc area: studies; ring: mean reading confidence; R: reviews or theory only; S: three or more studies and no review; M: a mediation or moderation was read; ?: only asked about; “: only told as known; dotted circle: gap candidate with its rank; small ring: only narrower constructs linked; dot: nothing in this corpus; hatched: hidden by the filter.`;
const NETWORK_KEY = `${SIGNS}. Mark at the end of a line: predicts or affects; in its middle: association. Width: studies. Dotted: gap candidate, no finding. A line onto a line: moderation; a line through a circle: mediation.`;

/** A picture with what its marks mean and where it comes from written below it. */
function frame(x, y, width, height, key, content) {
  const lines = [key, caption()].flatMap((text) => broken(text, Math.max(40, Math.floor(width / 6.6))));
  const full = height + lines.length * LINE_HEIGHT + 24;
  const root = svg("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `${x} ${y} ${width} ${full}`, width, height: full, "font-family": FONT },
    svg("title", {}, page.title), svg("rect", { x, y, width, height: full, fill: "#fff" }), content,
    lines.map((line, place) => svg("text", { x: x + 14, y: y + height + 18 + place * LINE_HEIGHT, "font-size": 12.5, fill: "#333" }, line)));
  return new XMLSerializer().serializeToString(root);
}

/* ---- network ---- */

function head(kind, at, angle, colour, size) {
  return svg("path", { d: HEADS[kind], fill: colour, transform: `translate(${at[0].toFixed(1)} ${at[1].toFixed(1)}) rotate(${((angle * 180) / Math.PI).toFixed(1)}) scale(${size})` });
}

function halo(x, y, text, size, fill) {
  return svg("text", { x: Math.round(x), y: Math.round(y), "font-size": size, "font-weight": size > 15 ? 700 : 400, "text-anchor": "middle", fill, stroke: "#fff", "stroke-width": 4, "paint-order": "stroke", "stroke-linejoin": "round" }, text);
}

function edgeFigure(link) {
  const [colour, kind] = [colourOf(link), directions[link.direction].head];
  const curve = bend(placeOf(link.a), placeOf(link.b), link.backward ? 22 : 10, link.forward ? 22 : 10);
  const parts = [svg("path", { d: curveText(curve), fill: "none", stroke: colour, "stroke-opacity": 0.8, "stroke-width": lineWidth(link.studies).toFixed(1) })];
  const size = 5 + lineWidth(link.studies) * 0.7;
  const put = (t, turn) => {
    const at = onCurve(curve, t);
    parts.push(head(kind, [at.x, at.y], at.angle + turn, colour, size));
  };
  if (link.forward) put(1, 0);
  if (link.backward) put(0, Math.PI);
  if (!link.forward && !link.backward) put(0.5, 0);
  const sign = onCurve(curve, 0.36);
  return [...parts, halo(sign.x, sign.y + 5, signOf(link), 16, colour)];
}

function pathParts(path) {
  const figure = figureOf(path);
  const colour = colourOf(path);
  const line = (curve, width) => svg("path", { d: curveText(curve), fill: "none", stroke: colour, "stroke-width": width });
  return [figure.base ? line(figure.base, 1.2) : null, figure.curves.map((curve) => line(curve, 2.2)),
    figure.ring ? svg("circle", { cx: figure.ring[0], cy: figure.ring[1], r: 21, fill: "none", stroke: colour, "stroke-width": 2.2 }) : null,
    head(path.direction ? directions[path.direction].head : "circle", figure.head.at, figure.head.angle, colour, 9)];
}

const nodeBy = new Map(page.network.nodes.map((node) => [node.id, node]));

function nodeFigure(id) {
  const [x, y] = placeOf(id);
  const { size, label: lines } = nodeBy.get(id);
  const domain = domainBy.get(constructBy.get(id).domain);
  return [svg("path", { d: shapePath(domain.shape), fill: domain.colour, stroke: "#222", "stroke-width": (1.5 / size).toFixed(3), transform: `translate(${x} ${y}) scale(${size})` }),
    lines.split("\n").map((line, place) => halo(x, y + size + 16 + place * 17, line, 14, "#1a1a1a"))];
}

export function networkPicture() {
  drawNetwork();
  const places = [...scene.nodes].map(placeOf);
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  const [x, y] = [Math.min(0, ...xs) - 100, Math.min(0, ...ys) - 80];
  const [width, height] = [Math.max(300, ...xs) + 100 - x, Math.max(100, ...ys) + 90 - y];
  const boxes = domainBoxes().map((box) => svg("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 22, fill: box.domain.colour, "fill-opacity": 0.1 }));
  const names = domainBoxes().map((box) => halo(box.x + box.width / 2, box.y + 19, box.domain.name, 16, "#333"));
  const gaps = scene.gaps.map((gap) => svg("path", { d: curveText(bend(placeOf(gap.a), placeOf(gap.b), 10, 10)), fill: "none", stroke: open.colour, "stroke-width": 1.6, "stroke-dasharray": "2 7" }));
  return frame(x, y, width, height, NETWORK_KEY, [boxes, gaps, [...scene.links.values()].map(edgeFigure), scene.paths.map(pathParts), [...scene.nodes].map(nodeFigure), names]);
}

/* ---- gap map ---- */

export function mapPicture() {
  const [rows, columns] = [linesOf(state.rows), linesOf(state.columns)];
  const [left, top] = [230, 200];
  const width = Math.max(560, left + columns.length * CELL + 150);
  const height = top + rows.length * CELL + 10;
  const grid = [...rows.keys(), rows.length].map((row) => svg("line", { x1: left, x2: left + columns.length * CELL, y1: top + row * CELL, y2: top + row * CELL, stroke: "#ddd" }));
  const upright = [...columns.keys(), columns.length].map((column) => svg("line", { y1: top, y2: top + rows.length * CELL, x1: left + column * CELL, x2: left + column * CELL, stroke: "#ddd" }));
  const names = [rows.map((row, place) => svg("text", { x: left - 8, y: top + (place + 0.5) * CELL + 5, "text-anchor": "end", "font-size": 13 }, capital(label(row.id)))),
    columns.map((column, place) => svg("text", { transform: `translate(${left + (place + 0.5) * CELL + 4} ${top - 8}) rotate(-60)`, "font-size": 13 }, capital(label(column.id))))];
  const cells = rows.map((row, down) => columns.map((column, across) => {
    const cell = cellOf(row.id, column.id);
    const at = [left + (across + 0.5) * CELL, top + (down + 0.5) * CELL];
    if (cell.kind === "self") return svg("rect", { x: at[0] - CELL / 2, y: at[1] - CELL / 2, width: CELL, height: CELL, fill: "#eee" });
    return svg("g", { transform: `translate(${at[0]} ${at[1]})` }, cellMark(cell));
  }));
  return frame(0, 0, width, height, MAP_KEY, [grid, upright, names, cells]);
}

/** The picture of the view that is open; a table has none. */
export function picture() {
  if (state.view === "network") return networkPicture();
  return state.view === "map" ? mapPicture() : null;
}
