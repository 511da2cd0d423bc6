// Flows: which of them become arrows, and the arrows' outlines (the geometry of kzgeo.scene.layout).
const MANY = 1500; // above it arrows are painted on a canvas
const flowOf = (i) => ({ id: i, o: data.pairs[2 * i], d: data.pairs[2 * i + 1], people: facts().people[i], status: STATUS[facts().odd[i] ?? 0] });
const pairAt = new Map();
for (let i = 0; 2 * i < data.pairs.length; i++) pairAt.set(`${data.pairs[2 * i]}-${data.pairs[2 * i + 1]}`, i);

// all flows of the year in the reader's mode, largest first
function allFlows() {
  const { people } = facts();
  const { origins, destinations } = data.arrows;
  let flows = [];
  people.forEach((count, i) => count && flows.push(flowOf(i)));
  if (state.mode === "net") flows = flows.map(netFlow).filter((flow) => flow.people > 0);
  if (state.region !== null) flows = flows.filter((flow) => touches(flow, state.region));
  else {
    if (origins.length) flows = flows.filter((flow) => origins.includes(flow.o));
    if (destinations.length) flows = flows.filter((flow) => destinations.includes(flow.d));
  }
  flows.sort((a, b) => b.people - a.people || a.id - b.id);
  if (state.region === null && (state.mode === "in" || state.mode === "out")) flows = firstOfEach(flows);
  return flows;
}

function netFlow(flow) {
  const back = pairAt.get(`${flow.d}-${flow.o}`);
  return back === undefined ? flow : { ...flow, people: flow.people - facts().people[back] };
}

function touches(flow, region) {
  return (state.mode !== "out" && flow.d === region) || (state.mode !== "in" && flow.o === region);
}

// one flow a region: the largest into it, or out of it
function firstOfEach(flows) {
  const seen = new Set();
  return flows.filter((flow) => {
    const end = state.mode === "in" ? flow.d : flow.o;
    return !seen.has(end) && seen.add(end);
  });
}

// what the recipe draws, until the reader asks for another number of arrows
function shownFlows(all) {
  if (state.count !== null) return all.slice(0, state.count);
  if (state.region !== null) return all.slice(0, 10);
  if (state.mode === "in" || state.mode === "out") return all;
  const chosen = new Set(facts().chosen);
  if (state.mode === MODE) return all.filter((flow) => chosen.has(flow.id));
  return all.slice(0, chosen.size || 20);
}

const colourOf = (flow) => data.arrows.colours[flow.d] ?? data.arrows.colour;
const widthOf = (flow) => flow.people * data.arrows.width;

function spot([p0, p1, p2, p3], t) {
  const u = 1 - t;
  const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return [a * p0[0] + b * p1[0] + c * p2[0] + d * p3[0], a * p0[1] + b * p1[1] + c * p2[1] + d * p3[1]];
}

function heading([p0, p1, p2, p3], t) {
  const u = 1 - t;
  const [a, b, c] = [u * u, 2 * u * t, t * t];
  return unit(
    a * (p1[0] - p0[0]) + b * (p2[0] - p1[0]) + c * (p3[0] - p2[0]),
    a * (p1[1] - p0[1]) + b * (p2[1] - p1[1]) + c * (p3[1] - p2[1]),
  );
}

function unit(x, y) {
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}

const curves = new Map();

function curveOf(flow) {
  if (!curves.has(flow.id)) curves.set(flow.id, newCurve(flow));
  return curves.get(flow.id);
}

// the curve of the print where it has one; otherwise a gentle bend from ring to ring
function newCurve(flow) {
  const laid = data.arrows.laid[flow.id];
  if (laid) return [0, 2, 4, 6].map((i) => [laid[i], laid[i + 1]]);
  const [x0, y0, r0] = data.nodes[flow.o];
  const [x1, y1, r1] = data.nodes[flow.d];
  const [bx, by] = [(x0 + x1) / 2 - 0.2 * (y1 - y0), (y0 + y1) / 2 + 0.2 * (x1 - x0)];
  const whole = [[x0, y0], [(x0 + 2 * bx) / 3, (y0 + 2 * by) / 3], [(x1 + 2 * bx) / 3, (y1 + 2 * by) / 3], [x1, y1]];
  const first = leaves(whole, r0 + data.arrows.style.gap);
  const last = 1 - leaves([...whole].reverse(), r1 + data.arrows.style.gap);
  return first < last ? part(whole, first, last) : whole;
}

function leaves(curve, reach) {
  let [low, high] = [0, 1];
  for (let i = 0; i < 16; i++) {
    const middle = (low + high) / 2;
    const [x, y] = spot(curve, middle);
    if (Math.hypot(x - curve[0][0], y - curve[0][1]) < reach) low = middle;
    else high = middle;
  }
  return low;
}

function part(curve, first, last) {
  const at_ = (t) => {
    const u = 1 - t;
    return [0, 1].map((axis) => {
      const [p0, p1, p2, p3] = curve.map((point_) => point_[axis]);
      return (last - first) * (u * u * (p1 - p0) + 2 * u * t * (p2 - p1) + t * t * (p3 - p2));
    });
  };
  const [start, end, out, into] = [spot(curve, first), spot(curve, last), at_(first), at_(last)];
  return [start, [start[0] + out[0], start[1] + out[1]], [end[0] - into[0], end[1] - into[1]], end];
}

// a strip of constant width that ends in a head; points in the picture's units
function outlineOf(curve, width) {
  const { least, growth, slender } = data.arrows.style;
  const tip = curve[3];
  let length = 0;
  let before = curve[0];
  for (let i = 1; i <= 24; i++) {
    const here = spot(curve, i / 24);
    length += Math.hypot(here[0] - before[0], here[1] - before[1]);
    before = here;
  }
  const wide = Math.max(least, growth * width);
  const neck = 1 - leaves([...curve].reverse(), Math.min(slender * wide, length / 3));
  const left = [];
  const right = [];
  const steps = 16;
  const base = spot(curve, neck);
  const axis = unit(tip[0] - base[0], tip[1] - base[1]);
  for (let i = 0; i <= steps; i++) {
    const t = (neck * i) / steps;
    const [x, y] = spot(curve, t);
    const [dx, dy] = i === steps ? axis : heading(curve, t);
    left.push([x - (dy * width) / 2, y + (dx * width) / 2]);
    right.unshift([x + (dy * width) / 2, y - (dx * width) / 2]);
  }
  const barb = ([x, y], side) => [x - (side * axis[1] * wide) / 2, y + (side * axis[0] * wide) / 2];
  return [...left, barb(base, 1), tip, barb(base, -1), ...right];
}

const pathOf = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`;

let arrows = []; // the flows drawn now
let canvas = null;

function drawArrows() {
  if (!data.pairs.length) return drawFixedArrows();
  const all = allFlows();
  arrows = shownFlows(all);
  const layer = find("arrows");
  const many = arrows.length > MANY;
  if (many && !canvas) canvas = new ArrowCanvas().addTo(map);
  if (canvas) canvas.show(many ? arrows : []);
  keep(layer, many ? [] : arrows.map((flow) => flow.id), newArrow, (path, _, n) => {
    const flow = arrows[n];
    const estimated = flow.status === "estimated";
    mark(path, "fill", estimated ? "#fff" : colourOf(flow));
    mark(path, "stroke", estimated ? colourOf(flow) : "#fff");
    mark(path, "d", pathOf(outlineOf(curveOf(flow), widthOf(flow))));
  });
  const rings = many ? [] : ends();
  keep(find("nodes"), rings.map(([key]) => key), () => draw("circle", { class: "node" }), (circle, _, n) => {
    const [, i, [cx, cy, r]] = rings[n];
    Object.entries({ "data-code": data.codes[i], cx, cy, r }).forEach(([key, value]) => mark(circle, key, value));
  });
  drawFlowWords(all);
}

function newArrow(id) {
  const { o, d } = flowOf(id);
  return draw("path", { class: "arrow", id: `flow-${data.codes[o]}-${data.codes[d]}`, "data-flow": id });
}

// arrows that are no flows between regions stay as in print, in its year
function drawFixedArrows() {
  const shown = facts().year === data.year;
  find("arrows").classList.toggle("is-hidden", !shown);
  drawWidths(shown ? data.arrows.people : []);
}

// the rings that the drawn arrows serve, on the map and inside the insets
function ends() {
  const rings = new Map();
  for (const flow of arrows) {
    const inset = data.arrows.laid[flow.id]?.[8];
    for (const i of [flow.o, flow.d]) {
      const ring = inset ? data.insets[inset][i] : data.nodes[i];
      const key = `${inset ?? ""} ${i}`;
      if (ring) rings.set(key, [key, i, ring]);
    }
  }
  return [...rings.values()];
}

function drawFlowWords(all) {
  const slider = find("count");
  slider.max = all.length;
  slider.value = arrows.length;
  slider.setAttribute("aria-valuetext", arrows.length);
  find("count-words").textContent = arrows.length;
  const net = state.mode === "net";
  const whole = net ? netTotal() : facts().total;
  const people = arrows.reduce((sum, flow) => sum + flow.people, 0);
  find("flow-words").textContent = arrows.length
    ? say(net ? "shown-net" : "shown", { n: number(arrows.length), share: share(people, whole) }) : "";
  const hint = state.region === null && ["in", "out"].includes(state.mode) ? say(`mode-hint-${state.mode}`) : "";
  find("mode-hint").textContent = hint;
  for (const button of find("modes").children) button.setAttribute("aria-pressed", button.value === state.mode);
  drawWidths(arrows.map((flow) => flow.people));
}

function netTotal() {
  const { people } = facts();
  let sum = 0;
  pairAt.forEach((i, key) => {
    const back = pairAt.get(key.split("-").reverse().join("-"));
    sum += Math.max(0, people[i] - (back === undefined ? 0 : people[back]));
  });
  return sum;
}

// three arrows in round numbers, as wide as on the map at this zoom
function drawWidths(sizes) {
  find("widths").hidden = !sizes.length;
  if (!sizes.length) return;
  const [most, least] = [Math.max(...sizes), Math.min(...sizes)];
  const top = rounded(most);
  const low = Math.max(least, most / 50);
  const samples = [...new Set([top, rounded(Math.sqrt(top * low)), rounded(low)])];
  const unit_ = unitsPerPixel();
  find("width-samples").replaceChildren(...samples.map((people) => {
    const svg = draw("svg", { viewBox: `0 ${-12 * unit_} ${46 * unit_} ${24 * unit_}`, "aria-hidden": true });
    const line = [0, 1, 2, 3].map((i) => [(i * 44 * unit_) / 3, 0]);
    svg.append(draw("path", { fill: data.arrows.colour, d: pathOf(outlineOf(line, people * data.arrows.width)) }));
    return make("span", { class: "sample" }, svg, number(people));
  }));
}

function rounded(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return Math.max(1, ...[1, 2, 5].map((step) => step * power).filter((each) => each <= value * (1 + 1e-9)));
}
