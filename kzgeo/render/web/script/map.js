// The map: the page's own SVG, moved into Leaflet, which pans and zooms it.
const picture = find("picture");
const regions = picture.querySelector(".regions");
const shapes = [...picture.querySelectorAll("[data-code].region, [data-code].dot")];
const main = new Map([...regions.children].map((path) => [path.dataset.code, path]));
const around = (code) => shapes.filter((path) => path.dataset.code === code);
let map;
let home = null;
let pointed = null; // the region under the pointer or the keyboard's focus

// from the picture's units to the map's latitude and longitude, and back; over tiles the units are Web Mercator's
function toLatLng([x, y]) {
  if (!data.base) return L.latLng(-y, x);
  return L.CRS.EPSG3857.unproject(L.point(data.base.x + x * data.base.step, data.base.y - y * data.base.step));
}

function toPicture(place) {
  if (!data.base) return [place.lng, -place.lat];
  const { x, y } = L.CRS.EPSG3857.project(place);
  return [(x - data.base.x) / data.base.step, (data.base.y - y) / data.base.step];
}

const toMap = ([x0, y0, x1, y1]) => L.latLngBounds(toLatLng([x0, y1]), toLatLng([x1, y0]));
const unitsPerPixel = () => 1000 / (map.project(toLatLng([1000, 0])).x - map.project(toLatLng([0, 0])).x);

function startMap(made) {
  map = made;
  map.attributionControl?.setPrefix(false);
  L.svgOverlay(picture, toMap(data.window)).addTo(map);
  goHome();
  map.setMaxBounds(toMap(data.window)); // before, Leaflet would slide the map in from where it was made
  map.on("zoomend", () => {
    const near = map.getZoom() > home + 0.01;
    map.dragging[near ? "enable" : "disable"]();
    sizeMarks();
  });
  let fitted = map.getSize();
  new ResizeObserver(() => {
    const whole = map.getZoom() <= home + 0.01;
    map.invalidateSize({ pan: false });
    // Leaflet may have seen the new size before: it is not asked what it was
    if (whole && !map.getSize().equals(fitted)) goHome();
    fitted = map.getSize();
    sizeMarks();
  }).observe(map.getContainer());
  // the wheel scrolls the page; with Ctrl, or two fingers, it zooms the map
  map.getContainer().addEventListener("wheel", (event) => event.ctrlKey || event.stopPropagation(), true);
  listenToMap();
}

function goHome() {
  map.setMinZoom(-20).setMaxZoom(30);
  home = map.getBoundsZoom(toMap(data.country));
  map.setView(toMap(data.country).getCenter(), home, { animate: false });
  map.setMinZoom(home).setMaxZoom(home + 4);
  map.dragging.disable();
}

const zoom = (steps) => map.setZoom(map.getZoom() + steps, { animate: !reduced() });

function listenToMap() {
  let down = [0, 0];
  picture.addEventListener("pointerdown", (event) => (down = [event.clientX, event.clientY]));
  picture.addEventListener("click", (event) => {
    if (Math.hypot(event.clientX - down[0], event.clientY - down[1]) > 5) return; // the end of a drag
    const path = event.target.closest("[data-code]");
    if (path) select(at.get(path.dataset.code));
  });
  picture.addEventListener("pointermove", (event) => {
    const flow = event.target.dataset.flow;
    const path = event.target.closest("[data-code]");
    point(path ? at.get(path.dataset.code) : null, event);
    if (flow) showFlowTip(arrows.find((each) => each.id === Number(flow)), event);
    else if (event.target.id in language().flows) fillTip([language().flows[event.target.id]], event);
  });
  picture.addEventListener("pointerleave", () => point(null));
  regions.addEventListener("focus", () => regions.matches(":focus-visible") && point(state.region ?? pointed ?? 0));
  regions.addEventListener("blur", () => point(null));
  regions.addEventListener("keydown", (event) => {
    const turn = { ArrowRight: 0, ArrowDown: 90, ArrowLeft: 180, ArrowUp: 270 }[event.key];
    if (turn !== undefined) point(neighbour(pointed ?? state.region ?? 0, turn));
    else if (event.key === "Enter" || event.key === " ") select(pointed);
    else if (event.key === "Escape") change({ region: null, level: null });
    else if (event.key === "+" || event.key === "=") zoom(1);
    else if (event.key === "-") zoom(-1);
    else return;
    event.preventDefault();
  });
}

// the nearest region within 60 degrees of a direction, those straight ahead first
function neighbour(from, turn) {
  const [x, y] = data.nodes[from];
  let best = from;
  let least = Infinity;
  data.nodes.forEach(([ox, oy], i) => {
    const apart = ((Math.atan2(oy - y, ox - x) * 180) / Math.PI - turn + 540) % 360 - 180;
    const cost = Math.hypot(ox - x, oy - y) * (1 + (apart / 45) ** 2);
    if (i !== from && Math.abs(apart) <= 60 && cost < least) [best, least] = [i, cost];
  });
  return best;
}

function point(region, event) {
  if (region !== pointed) {
    pointed = region;
    markRegions();
    document.querySelectorAll("[data-row]").forEach((row) => {
      row.classList.toggle("is-pointed", Number(row.dataset.row) === region);
    });
  }
  showTip(region, event);
}

function colourRegions() {
  const { class: levels, value, status } = facts();
  for (const path of [...shapes, ...find("nodes").children]) {
    const i = at.get(path.dataset.code);
    const zero = data.diverging && value[i] === 0 ? data.ink.zero : data.ink.none;
    path.setAttribute("fill", value[i] === null ? "url(#hatch)" : levels[i] === null ? zero : data.fills[levels[i]]);
    path.classList.toggle("is-estimated", STATUS[status[i]] === "estimated");
    path.classList.toggle("is-dim", state.level !== null && levels[i] !== state.level);
  }
  main.forEach((path, code) => {
    path.setAttribute("aria-label", `${name(at.get(code))}: ${figure(value[at.get(code)])}`);
    path.setAttribute("aria-selected", at.get(code) === state.region);
  });
  markRegions();
}

// a region that is pointed at or selected is drawn once more, above its neighbours, as an outline
function markRegions() {
  const rings = find("rings");
  rings.replaceChildren();
  for (const [region, kind] of [[state.region, "is-selected"], [pointed, "is-pointed"]]) {
    if (region === null) continue;
    const lines = around(data.codes[region]).map((path) => path.getAttribute("d"));
    for (const look of ["ring", "ring line"]) rings.append(...lines.map((d) => draw("path", { class: `${look} ${kind}`, d })));
  }
  const active = pointed ?? state.region;
  if (active === null) regions.removeAttribute("aria-activedescendant");
  else regions.setAttribute("aria-activedescendant", main.get(data.codes[active]).id);
}

function showTip(region, event) {
  const tip = find("tip");
  tip.hidden = region === null;
  if (region !== null) fillTip([make("b", {}, name(region)), ...figures(region)], event ?? region);
}

function showFlowTip(flow, event) {
  const rows = [[say("people"), number(flow.people)], [say("share"), `${share(flow.people, facts().total)} %`]];
  if (flow.status !== "published") rows.push([say("status"), say(flow.status)]);
  fillTip([make("b", {}, `${name(flow.o)} \u2192 ${name(flow.d)}`), ...rows.map(pair)], event);
}

function fillTip(children, where) {
  const tip = find("tip");
  tip.hidden = false;
  tip.replaceChildren(...children);
  const box = map.getContainer().getBoundingClientRect();
  const place = where.clientX === undefined
    ? map.latLngToContainerPoint(toLatLng(data.nodes[where]))
    : { x: where.clientX - box.left, y: where.clientY - box.top };
  placeTip(tip, place, box);
}

function placeTip(tip, place, box) {
  const left = Math.min(Math.max(place.x + 14, 4), box.width - tip.offsetWidth - 4);
  const below = place.y + 18 + tip.offsetHeight < box.height;
  tip.style.left = `${Math.max(left, 4)}px`;
  tip.style.top = `${below ? place.y + 18 : Math.max(place.y - tip.offsetHeight - 12, 4)}px`;
}

// the lines of figures that tooltip and panel share
function figures(region) {
  const { value, arrivals, departures, net, rate, status } = facts();
  const rows = [[language().legend, figure(value[region])]];
  if (data.measure !== "arrivals") rows.push([say("arrivals"), number(arrivals[region])]);
  if (data.measure !== "departures") rows.push([say("departures"), number(departures[region])]);
  if (data.measure !== "net") rows.push([say("net"), number(net[region], 0, true)]);
  if (data.measure !== "net_rate") rows.push([say("rate"), number(rate[region], 1, true)]);
  if (["repaired", "estimated"].includes(STATUS[status[region]])) rows.push([say("status"), say(STATUS[status[region]])]);
  return rows.map(pair);
}

const pair = ([label, words]) => make("span", { class: "pair" }, make("span", {}, label), make("span", { class: "num" }, words));

const LEADING = 1.2;
const size = () => (map.getSize().x < 480 ? 10.5 : 12.5); // pixels

// a long compound name takes two lines, as in print
function broken(words) {
  const [first, ...rest] = words.split("-");
  return rest.length && words.length > 13 ? [`${first}-`, rest.join("-")] : [words];
}

// Labels keep their size on the screen; those that would overlap give up their name, then their figure.
function sizeMarks() {
  const unit = unitsPerPixel();
  picture.style.setProperty("--label", `${size() * unit}px`);
  picture.style.setProperty("--px", `${unit}px`);
  const taken = [];
  for (const label of picture.querySelectorAll(".label")) {
    const [x, y] = label.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
    const lines = wordings(label).find((each) => free(each, [x, y], label.dataset.room ?? Infinity, taken));
    label.replaceChildren(...lines.map((parts, n) => {
      const line = draw("text", { y: (n - lines.length / 2 + 0.8) * LEADING * size() * unit });
      line.append(...parts.map(([words, look]) => draw("tspan", { class: look }, words)));
      return line;
    }));
  }
}

// what a label may say, the fullest first: lines of parts, each with its look
function wordings({ dataset: { code, kind } }) {
  if (kind === "fixed") return [language().fixed[code].map((words, n) => [[words, n ? "figure" : "name"]]), []];
  const i = at.get(code);
  const names = kind === "inline" ? [language().shorts[i]] : broken(language().shorts[i]);
  const name_ = names.map((words) => [[words, "name"]]);
  if (kind === "plain" || !facts().shown[i]) return kind !== "plain" && data.partial ? [[]] : [name_, []];
  const figure_ = [figure(facts().value[i]), "figure"];
  return [kind === "inline" ? [[[`${names[0]}\u00a0`, "name"], figure_]] : [...name_, [figure_]], [[figure_]], []];
}

function free(lines, [x, y], room, taken) {
  if (!lines.length) return true;
  const unit = unitsPerPixel();
  const width = Math.max(...lines.map((parts) => measure(parts.map(([words]) => words).join("")))) * unit;
  const height = lines.length * LEADING * size() * unit;
  const box = [x - width / 2 - 2 * unit, y - height / 2, x + width / 2 + 2 * unit, y + height / 2];
  const [x0, y0, x1, y1] = map.getZoom() > home + 0.01 ? data.window : data.country;
  if (width > room || box[0] < x0 || box[1] < y0 || box[2] > x1 || box[3] > y1) return false;
  if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return false;
  taken.push(box);
  return true;
}

// the width in pixels of a line of a label, by the print's font, which is wider than most
const measure = (words) => [...words].reduce((sum, letter) => sum + (data.letters[letter] ?? 65), 0) * (size() / 100);
