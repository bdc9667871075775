// Ties the parts together: one state, three views, one panel.
import { announce, byId, rove } from "./dom.js";
import { claims, gaps } from "./corpus.js";
import { changed, onChange, readAddress, saveAddress, select, selection, show, state, VIEWS } from "./state.js";
import { isOpen, recompute, view } from "./links.js";
import { caption, count } from "./words.js";
import { drawNetwork, fitNetwork, lookAt, setLayout, zoom } from "./network.js";
import { drawMap, turnMapTo } from "./gapmap.js";
import { drawTable } from "./table.js";
import { drawPanel } from "./panel.js";
import { drawTimeline } from "./timeline.js";
import { drawFilters, followFilters } from "./filters.js";
import { startSearch } from "./search.js";
import { startExports } from "./exports.js";

const DRAW = { map: drawMap, network: drawNetwork, table: drawTable };
let fitted = false;

function drawView() {
  for (const name of VIEWS) {
    const open = name === state.view;
    byId(`${name}-panel`).hidden = !open;
    byId(`tab-${name}`).setAttribute("aria-selected", String(open));
    byId(`tab-${name}`).tabIndex = open ? 0 : -1;
  }
  DRAW[state.view]();
  if (state.view === "network" && !fitted) {
    fitted = true;
    fitNetwork();
  }
  byId("layout").value = state.layout;
}

function tellStatus() {
  const links = [...view.links.values()];
  const found = links.filter((link) => !isOpen(link)).length;
  const asked = links.length - found;
  const hidden = claims.length - view.claims.length;
  byId("status").textContent = `${count(found, "link")} with findings, ${asked} only asked or told, ${count(view.studies.size, "study", "studies")}, ${view.claims.length.toLocaleString("en")} of ${count(claims.length, "claim")}${hidden ? ` (${hidden.toLocaleString("en")} hidden by filters)` : ""}`;
}

function turnToSelection() {
  const [kind, key] = selection();
  if (kind === "construct") turnMapTo(key, null);
  const link = kind === "link" ? view.links.get(key) ?? gaps.find((gap) => gap.key === key) : null;
  if (link) turnMapTo(link.a, link.b);
}

function afterSelection() {
  turnToSelection();
  drawView();
  drawPanel();
  const [kind, key] = selection();
  if (state.view === "network" && kind === "construct") lookAt(key);
  if (kind) announce(`Evidence: ${byId("panel").querySelector("h2").textContent}`);
  showPanelIfNarrow();
}

function showPanelIfNarrow() {
  if (state.selected && matchMedia("(max-width: 900px)").matches) byId("panel").scrollIntoView({ block: "start" });
}

function after(what) {
  if (what === "filters") {
    recompute();
    tellStatus();
    followFilters();
    drawPanel();
    announce(byId("status").textContent);
  }
  if (what === "selection") afterSelection();
  else drawView();
  drawTimeline();
  saveAddress();
}

function startTabs() {
  const tabs = VIEWS.map((name) => byId(`tab-${name}`));
  tabs.forEach((tab, place) => {
    tab.addEventListener("click", () => show(VIEWS[place]));
    tab.addEventListener("keydown", (event) => {
      rove(event, tabs, { ArrowRight: 1, ArrowLeft: -1 });
      const now = tabs.indexOf(document.activeElement);
      if (now !== place && now >= 0) show(VIEWS[now]);
    });
  });
}

function startKeys() {
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !typing && byId("slash").checked) {
      event.preventDefault();
      byId("search").focus();
    }
    if (event.key === "Escape" && !byId("copy-box").open) select(null);
  });
}

function startButtons() {
  byId("zoom-in").addEventListener("click", () => zoom(1.25));
  byId("zoom-out").addEventListener("click", () => zoom(0.8));
  byId("zoom-fit").addEventListener("click", fitNetwork);
  byId("layout").addEventListener("change", (event) => setLayout(event.target.value));
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    show("table");
    byId("table-kind").focus();
  });
  byId("skip-evidence").addEventListener("click", (event) => {
    event.preventDefault();
    byId("panel").focus();
  });
  window.addEventListener("beforeprint", () => (byId("print-caption").textContent = caption()));
  matchMedia("(min-width: 901px)").addEventListener("change", (event) => (byId("controls").open = event.matches));
}

function start() {
  readAddress(location.hash);
  onChange(after);
  recompute();
  byId("controls").open = !matchMedia("(max-width: 900px)").matches;
  byId("timeline").open = matchMedia("(min-width: 901px) and (min-height: 860px)").matches;
  drawFilters();
  tellStatus();
  startTabs();
  startKeys();
  startButtons();
  startSearch();
  startExports();
  turnToSelection();
  drawView();
  drawPanel();
  drawTimeline();
  showPanelIfNarrow();
  window.addEventListener("hashchange", () => {
    readAddress(location.hash);
    drawFilters();
    changed("filters");
    changed("selection");
  });
  document.body.dataset.ready = "true";
}

start();
