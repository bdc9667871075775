// An answer with two columns of constructs, drawn as a network.
import { svg } from "./dom.js";
import { caption, constructIn, directions } from "./given.js";

/** More constructs than this are not drawn: those with most rows are. */
export const MOST_NODES = 80;
const WIDTH = 1000;
const HEIGHT = 640;
/** What is kept free at the sides and at the top and bottom. */
const MARGIN = [80, 50];
/** Room for a construct with its name. */
const ROOM = [150, 46];
const STEPS = 220;

/** Columns in which most cells name a construct, by place. */
export function constructColumns({ names, rows }) {
  const some = rows.slice(0, 300);
  return [...names.keys()].filter((place) => {
    const cells = some.map((row) => row[place]).filter((cell) => cell !== null);
    return cells.length > 0 && cells.filter((cell) => constructIn(cell) !== null).length >= 0.8 * cells.length;
  });
}

const number = (cell) => (cell === null || cell === undefined ? 0 : Number(cell.value) || 0);

/** The direction that a row tells: by a column "direction", or by counts of both signs. */
function directionOf(row, names) {
  const at = (name) => row[names.indexOf(name)] ?? null;
  const said = at("direction")?.value.replace(/^.*[#/]/, "");
  if (said in directions) return said;
  const [positive, negative] = [number(at("positive")), number(at("negative"))];
  if (positive && negative) return "mixed";
  if (positive || negative) return positive ? "positive" : "negative";
  return number(at("null")) ? "null" : null;
}

/** Pairs with their weight (studies if told, else rows) and direction (null if told in two ways). */
export function pairsOf({ names, rows }, [first, second]) {
  const weigh = ["studies", "claims"].map((name) => names.indexOf(name)).find((place) => place >= 0);
  const pairs = new Map();
  for (const row of rows) {
    const [a, b] = [constructIn(row[first]), constructIn(row[second])];
    if (a === null || b === null || a === b) continue;
    const direction = directionOf(row, names);
    const weight = weigh === undefined ? 1 : number(row[weigh]);
    const known = pairs.get(`${a}\n${b}`);
    if (known) {
      known.weight += weight;
      if (known.direction !== direction) known.direction = known.direction && direction ? "mixed" : null;
    } else pairs.set(`${a}\n${b}`, { a, b, weight, direction });
  }
  return [...pairs.values()];
}

function strongest(pairs) {
  const degree = new Map();
  for (const { a, b, weight } of pairs) for (const name of [a, b]) degree.set(name, (degree.get(name) ?? 0) + weight + 0.01);
  return [...degree].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1)).slice(0, MOST_NODES).map(([name]) => name);
}

/** Places by force within a frame (Fruchterman and Reingold), from a circle, the same every time. */
function placed(names, pairs) {
  const angle = (k) => (2 * Math.PI * k) / names.length;
  const place = new Map(names.map((name, k) => [name, [Math.cos(angle(k)) * 0.8, Math.sin(angle(k)) * 0.8]]));
  const ideal = 1.7 / Math.sqrt(names.length);
  for (let step = 0; step < STEPS; step += 1) {
    const push = new Map(names.map((name) => [name, [0, 0]]));
    const pull = (one, other, force) => {
      const [p, q] = [place.get(one), place.get(other)];
      const [dx, dy] = [p[0] - q[0], p[1] - q[1]];
      const far = Math.max(0.01, Math.hypot(dx, dy));
      const [fx, fy] = [(dx / far) * force(far), (dy / far) * force(far)];
      for (const [name, sign] of [[one, 1], [other, -1]]) {
        push.get(name)[0] += sign * fx;
        push.get(name)[1] += sign * fy;
      }
    };
    names.forEach((one, k) => names.slice(k + 1).forEach((other) => pull(one, other, (far) => (ideal * ideal) / far)));
    for (const { a, b } of pairs) pull(a, b, (far) => -(far * far) / ideal);
    const heat = 0.12 * (1 - step / STEPS);
    const inside = (value) => Math.max(-1, Math.min(1, value));
    for (const name of names) {
      const [dx, dy] = push.get(name);
      const far = Math.hypot(dx, dy) || 1;
      const [x, y] = place.get(name);
      place.set(name, [inside(x + (dx / far) * Math.min(far, heat)), inside(y + (dy / far) * Math.min(far, heat))]);
    }
  }
  return apart(scaled(place));
}

/** Push constructs apart, within the picture, until no name lies on another or the rounds are over. */
function apart(place) {
  const names = [...place.keys()];
  for (let round = 0; round < 200; round += 1) {
    let moved = false;
    names.forEach((one, k) => names.slice(k + 1).forEach((other) => {
      const [p, q] = [place.get(one), place.get(other)];
      const lack = [ROOM[0] - Math.abs(q[0] - p[0]), ROOM[1] - Math.abs(q[1] - p[1])];
      if (Math.min(...lack) <= 0) return;
      const axis = lack[0] / ROOM[0] < lack[1] / ROOM[1] ? 0 : 1;
      const side = q[axis] >= p[axis] ? 1 : -1;
      const [low, high] = [MARGIN[axis], [WIDTH, HEIGHT][axis] - MARGIN[axis]];
      const keep = (value) => Math.round(Math.max(low, Math.min(high, value)));
      p[axis] = keep(p[axis] - side * (lack[axis] / 2 + 1));
      q[axis] = keep(q[axis] + side * (lack[axis] / 2 + 1));
      moved = true;
    }));
    if (!moved) break;
  }
  return place;
}

function scaled(place) {
  const [xs, ys] = [[...place.values()].map(([x]) => x), [...place.values()].map(([, y]) => y)];
  const fit = (value, all, size, margin) => {
    const [low, high] = [Math.min(...all), Math.max(...all)];
    return Math.round(high === low ? size / 2 : margin + ((value - low) / (high - low)) * (size - 2 * margin));
  };
  return new Map([...place].map(([name, [x, y]]) => [name, [fit(x, xs, WIDTH, MARGIN[0]), fit(y, ys, HEIGHT, MARGIN[1])]]));
}

function lineOf(pair, place) {
  const [[x1, y1], [x2, y2]] = [place.get(pair.a), place.get(pair.b)];
  const { colour, sign, word } = directions[pair.direction] ?? { colour: "#555555", sign: "", word: "" };
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  return svg("g", {}, svg("title", {}, `${pair.a} – ${pair.b}: ${pair.weight}${word ? `, ${word}` : ""}`),
    svg("line", { x1, y1, x2, y2, stroke: colour, "stroke-opacity": 0.75, "stroke-width": Math.min(9, 1 + 1.5 * Math.log2(1 + pair.weight)).toFixed(1) }),
    sign ? svg("text", { x, y: y + 5, "text-anchor": "middle", "font-size": 15, "font-weight": 700, fill: colour, stroke: "#fff", "stroke-width": 4, "paint-order": "stroke" }, sign) : null);
}

function nodeOf(name, [x, y], degree) {
  const size = 5 + 2 * Math.sqrt(degree);
  return svg("g", {}, svg("circle", { cx: x, cy: y, r: size.toFixed(1), fill: "#fff", stroke: "#1a1a1a", "stroke-width": 2 }),
    svg("text", { x, y: Math.round(y + size + 14), "text-anchor": "middle", "font-size": 13, fill: "#1a1a1a", stroke: "#fff", "stroke-width": 4, "paint-order": "stroke", "stroke-linejoin": "round" }, name));
}

/** The network of an answer as an SVG element, with how much of it is drawn in words. */
export function drawingOf(answer) {
  const pairs = pairsOf(answer, constructColumns(answer));
  const names = strongest(pairs);
  const kept = new Set(names);
  const drawn = pairs.filter(({ a, b }) => kept.has(a) && kept.has(b));
  const place = placed(names, drawn);
  const degree = (name) => drawn.filter(({ a, b }) => a === name || b === name).length;
  const picture = svg("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img", "aria-label": `Network of ${names.length} constructs and ${drawn.length} pairs; the table holds the same.`, "font-family": "system-ui, Segoe UI, Noto Sans, Liberation Sans, sans-serif" },
    svg("rect", { width: WIDTH, height: HEIGHT, fill: "#fff" }), drawn.map((pair) => lineOf(pair, place)), names.map((name) => nodeOf(name, place.get(name), degree(name))),
    svg("text", { x: 10, y: HEIGHT - 10, "font-size": 11, fill: "#333" }, caption()));
  return { picture, words: `${drawn.length} of ${pairs.length} pairs drawn. Width: studies, else rows. Signs and colours tell directions where the answer does.` };
}
