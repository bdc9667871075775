// Claims by year and direction for what is selected, and a replay of the years.
import { byId, calmMotion, el, fillAgain, svg } from "./dom.js";
import { DIRECTIONS, FIRST_YEAR, LAST_YEAR, directions, namedIn } from "./corpus.js";
import { changed, selection, state } from "./state.js";
import { view } from "./links.js";
import { count } from "./words.js";

const HEIGHT = 62;
const STEP_MILLISECONDS = 450;
let playing = 0;

function selectedClaims() {
  const [kind, key] = selection();
  if (kind === "construct") return view.claims.filter((claim) => namedIn(claim).includes(key));
  if (kind === "study") return view.claims.filter((claim) => claim.study.id === key);
  return kind ? view.claims.filter((claim) => claim.key === key) : view.claims;
}

function tally(claims) {
  const years = new Map();
  for (const claim of claims) {
    if (claim.year === null) continue;
    const counts = years.get(claim.year) ?? {};
    counts[claim.direction] = (counts[claim.direction] ?? 0) + 1;
    years.set(claim.year, counts);
  }
  return years;
}

const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);

function bars(years) {
  const highest = Math.max(1, ...[...years.values()].map(sum));
  const span = LAST_YEAR - FIRST_YEAR + 1;
  const marks = [];
  for (const [year, counts] of years) {
    let y = HEIGHT;
    const words = DIRECTIONS.filter((direction) => counts[direction]).map((direction) => `${counts[direction]} ${directions[direction].word}`).join(", ");
    const column = svg("g", {}, svg("title", {}, `${year}: ${words}`));
    for (const direction of DIRECTIONS) {
      const height = ((counts[direction] ?? 0) * (HEIGHT - 4)) / highest;
      y -= height;
      if (height) column.append(svg("rect", { x: year - FIRST_YEAR + 0.1, y, width: 0.8, height, fill: directions[direction].colour }));
    }
    marks.push(column);
  }
  return svg("svg", { viewBox: `0 0 ${span} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": `Claims by year, ${FIRST_YEAR} to ${LAST_YEAR}; at most ${highest} a year.` }, marks);
}

function stop() {
  clearInterval(playing);
  playing = 0;
}

function step() {
  if (state.years[1] >= LAST_YEAR) stop();
  else state.years = [state.years[0], state.years[1] + 1];
  changed("filters");
}

/** Replay from the first year with claims; where motion is unwanted, one press is one year. */
function play() {
  if (playing) {
    stop();
    return drawTimeline();
  }
  if (state.years[1] >= LAST_YEAR) {
    state.years = [FIRST_YEAR, Math.max(FIRST_YEAR, Math.min(LAST_YEAR, firstBusyYear()))];
    changed("filters");
  }
  if (calmMotion()) return step();
  playing = setInterval(step, STEP_MILLISECONDS);
  return drawTimeline();
}

/** A lone early book would make a long dull start: begin where a tenth of the claims is reached. */
function firstBusyYear() {
  const years = view.claims.map((claim) => claim.year).filter((year) => year !== null).sort((a, b) => a - b);
  return years[Math.floor(years.length / 20)] ?? FIRST_YEAR;
}

export function drawTimeline() {
  const claims = selectedClaims();
  const words = playing ? "Stop" : "Replay";
  fillAgain(byId("timeline-box"),
    el("div", { class: "timeline-bars" }, bars(tally(claims)), el("div", { class: "scale" }, el("span", {}, String(FIRST_YEAR)), el("span", {}, String(LAST_YEAR)))),
    el("div", { class: "timeline-side" },
      el("button", { type: "button", id: "replay", onclick: play, title: "Show the field grow year by year" }, words),
      el("output", {}, `to ${state.years[1]}`), el("span", { class: "faint" }, count(claims.length, "claim"))));
}
