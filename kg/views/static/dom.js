// Building elements. Text goes in as text nodes only: nothing in this page ever parses markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "css") for (const [key, v] of Object.entries(value)) node.style.setProperty(key, v);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Replace what is in `node` by `children`; those that are null are none. */
export function fillAgain(node, ...children) {
  node.replaceChildren();
  return fill(node, {}, children);
}

export function byId(id) {
  return document.getElementById(id);
}

/** Run `work` once, shortly after the last of several calls. */
export function debounced(work, milliseconds) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}

export function calmMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** One line in the status region, which screen readers announce. */
export function announce(text) {
  byId("announcement").textContent = text;
}

/** Arrow keys move the focus through `items`; only one of them is a tab stop. */
export function rove(event, items, steps) {
  const place = items.indexOf(document.activeElement);
  const next = steps[event.key] === undefined || place < 0 ? null : items[place + steps[event.key]];
  if (!next) return;
  event.preventDefault();
  items[place].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
