// Shapes and line ends, drawn alike in legend, canvas, gap map and exported figures.
import { svg } from "./dom.js";

const polygon = (...points) => `M${points.map(([x, y]) => `${x} ${y}`).join("L")}Z`;

function around(corners, turn = -Math.PI / 2, radius = () => 1) {
  return polygon(...Array.from({ length: corners }, (_, place) => {
    const angle = turn + (2 * Math.PI * place) / corners;
    const r = radius(place);
    return [+(r * Math.cos(angle)).toFixed(3), +(r * Math.sin(angle)).toFixed(3)];
  }));
}

const CIRCLE = "M-1 0A1 1 0 1 0 1 0A1 1 0 1 0 -1 0Z";

/** Shape of a domain -> path within a circle of radius 1. */
const SHAPES = {
  dot: CIRCLE,
  square: polygon([-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]),
  triangle: around(3),
  triangleDown: around(3, Math.PI / 2),
  diamond: around(4),
  hexagon: around(6, 0),
  star: around(10, -Math.PI / 2, (place) => (place % 2 ? 0.45 : 1)),
};

/** Line end of a direction -> path of about unit size, pointing along +x. */
export const HEADS = {
  arrow: polygon([1, 0], [-0.8, -0.8], [-0.4, 0], [-0.8, 0.8]),
  bar: polygon([0.25, -1], [0.25, 1], [-0.25, 1], [-0.25, -1]),
  circle: "M-0.65 0A0.65 0.65 0 1 0 0.65 0A0.65 0.65 0 1 0 -0.65 0Z",
  diamond: polygon([0.9, 0], [0, -0.7], [-0.9, 0], [0, 0.7]),
  vee: polygon([0.9, 0], [-0.8, -0.8], [-0.5, -0.8], [0.4, 0], [-0.5, 0.8], [-0.8, 0.8]),
};

export function shapePath(shape) {
  return SHAPES[shape] ?? CIRCLE;
}

export function glyph(domain, size = 16) {
  const half = size / 2;
  return svg("svg", { width: size, height: size, "aria-hidden": "true", class: "glyph" },
    svg("path", { d: shapePath(domain.shape), transform: `translate(${half} ${half}) scale(${half - 1.5})`, fill: domain.colour, stroke: "#222", "stroke-width": 0.18 }));
}

/** A short piece of line as the legend shows it. */
export function lineSample({ colour, head }, dotted = false) {
  return svg("svg", { width: 42, height: 16, "aria-hidden": "true", class: "glyph" },
    svg("line", { x1: 1, x2: 30, y1: 8, y2: 8, stroke: colour, "stroke-width": dotted ? 1.5 : 3, "stroke-dasharray": dotted ? "2 4" : null }),
    head ? svg("path", { d: HEADS[head], transform: "translate(33 8) scale(7)", fill: colour }) : null);
}

/** Point at `t` of a quadratic curve, and the angle of its tangent there. */
export function onCurve([p0, p1, p2], t) {
  const u = 1 - t;
  const at = (k) => u * u * p0[k] + 2 * u * t * p1[k] + t * t * p2[k];
  const slope = (k) => 2 * u * (p1[k] - p0[k]) + 2 * t * (p2[k] - p1[k]);
  return { x: at(0), y: at(1), angle: Math.atan2(slope(1), slope(0)) };
}

/** A slightly bent line between two places, as three control points; `trim` is kept free at each end. */
export function bend(from, to, trimFrom = 0, trimTo = 0, bulge = 0.09) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const start = [from[0] + ux * trimFrom, from[1] + uy * trimFrom];
  const stop = [to[0] - ux * trimTo, to[1] - uy * trimTo];
  const middle = [(start[0] + stop[0]) / 2 + dy * bulge, (start[1] + stop[1]) / 2 - dx * bulge];
  return [start, middle, stop];
}

export function curveText([p0, p1, p2]) {
  const n = (value) => Math.round(value * 10) / 10;
  return `M${n(p0[0])} ${n(p0[1])}Q${n(p1[0])} ${n(p1[1])} ${n(p2[0])} ${n(p2[1])}`;
}

/**
 * How a path is drawn. Mediation: from the source through the third construct to the target.
 * Moderation: from the third construct onto the middle of the line from source to target.
 * Returns curves and one line end; places are [x, y].
 */
export function pathFigure(relation, source, third, target) {
  if (relation === "mediates") {
    const curves = [bend(source, third, 14, 0, -0.12), bend(third, target, 0, 22, -0.12)];
    const { angle } = onCurve(curves[1], 1);
    return { curves, base: null, ring: third, head: { at: curves[1][2], angle } };
  }
  const base = bend(source, target, 14, 14);
  const onto = onCurve(base, 0.5);
  const curve = bend(third, [onto.x, onto.y], 14, 6, -0.12);
  return { curves: [curve], base, ring: null, head: { at: curve[2], angle: onCurve(curve, 1).angle } };
}

/** Words broken into lines of at most `wide` characters. */
export function broken(text, wide) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last && last.length + word.length + 1 > wide) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}
