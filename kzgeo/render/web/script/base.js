// Data, words and numbers. Names and figures reach the page as text only, never as markup.
const data = JSON.parse(document.getElementById("kzgeo-data").textContent);
const find = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const STATUS = ["published", "derived", "repaired", "estimated", "missing"];
const at = new Map(data.codes.map((code, i) => [code, i]));

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

function draw(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// children by key, made once and then changed in place: quick, and the focus stays where it is
function keep(parent, keys, create, update) {
  const left = new Map([...parent.children].map((child) => [child.key, child]));
  keys.forEach((key, n) => {
    const child = left.get(key) ?? create(key);
    left.delete(key);
    child.key = key;
    if (parent.children[n] !== child) parent.insertBefore(child, parent.children[n] ?? null);
    update(child, key, n);
  });
  left.forEach((child) => child.remove());
}

const write = (element, words) => element.textContent === words || (element.textContent = words);
const mark = (element, attribute, value) => element.getAttribute(attribute) === String(value) || element.setAttribute(attribute, value);

const language = () => data.languages[state.lang];

function say(key, holes) {
  return language().words[key].replace(/\{(\w+)\}/g, (hole, name) => (holes && name in holes ? holes[name] : hole));
}

// the same digits as in print: rounded as they are, grouped and signed as the language writes them
function number(value, decimals, signed) {
  if (value === null) return say("no-data");
  const [group, point] = language().separators;
  const [whole, part] = Math.abs(value).toFixed(decimals || 0).split(".");
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, group) + (part ? point + part : "");
  if (!/[1-9]/.test(digits)) return digits;
  return (value < 0 ? "\u2212" : signed && value > 0 ? "+" : "") + digits;
}

// breaks have as many decimals as they need; the two ends, which are data, those of the measure
function edge(i) {
  const value = data.edges[i];
  const inner = i > 0 && i < data.edges.length - 1;
  let decimals = inner ? 0 : data.decimals;
  while (inner && decimals < 6 && Math.abs(value - Number(value.toFixed(decimals))) > 1e-9) decimals++;
  return number(value, decimals, data.diverging);
}

const figure = (value) => number(value, data.decimals, data.diverging);
const share = (part, whole) => number(whole ? (100 * part) / whole : null, 1);
const name = (i) => language().names[i];
const reduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
