// What the reader takes along: the figures as CSV, the view as SVG or PNG, the page as a frame on a site.
function startSaving() {
  find("take-csv").addEventListener("click", () => hand(regionsCsv(), "text/csv", "csv"));
  find("take-flows-csv").addEventListener("click", () => hand(flowsCsv(), "text/csv", "flows.csv"));
  find("take-svg").addEventListener("click", () => hand(pictureFile(), "image/svg+xml", "svg"));
  find("take-png").addEventListener("click", savePng);
  find("take-print").addEventListener("click", () => print());
  find("take-embed").addEventListener("click", () => {
    find("embed-box").hidden = !find("embed-box").hidden;
    find("embed-code").value = embedCode();
    if (!find("embed-box").hidden) find("embed-code").select();
  });
  // a page that holds this one in a frame may set the frame's height by it
  if (parent !== window) {
    new ResizeObserver(() => parent.postMessage({ kzgeo: data.name, height: document.documentElement.scrollHeight }, "*")).observe(document.body);
  }
}

function hand(content, type, ending) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: `${type};charset=utf-8` }));
  make("a", { href: url, download: `${data.name}.${facts().year}.${state.lang}.${ending}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// a text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers
function cell(value) {
  if (value === null || typeof value === "number") return value === null ? "" : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const csv = (rows) => `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;

function regionsCsv() {
  const shown = columns();
  const rounded_ = (value, decimals) => (value === null ? null : Number(value.toFixed(decimals ?? 0)));
  const rows = sorted(shown).map((i) => [data.codes[i], facts().year, ...shown.map((column) => (column.text ? column.text(i) : rounded_(column.values[i], column.decimals)))]);
  return csv([["code", say("year"), ...shown.map((column) => column.words)], ...rows]);
}

function flowsCsv() {
  const flows = arrows.length ? arrows : allFlows();
  const rows = flows.map((flow) => [data.codes[flow.o], name(flow.o), data.codes[flow.d], name(flow.d), facts().year, flow.people, say(flow.status)]);
  return csv([["origin", say("origin"), "destination", say("destination"), say("year"), say("people"), say("status")], ...rows]);
}

const KEPT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "paint-order", "opacity", "fill-opacity", "font-size", "font-family", "font-weight", "text-anchor"];

// the part of the map in view, with its words, as a drawing that needs no style sheet
function pictureFile() {
  const [left, top] = toPicture(map.containerPointToLatLng([0, 0]));
  const [right, bottom] = toPicture(map.containerPointToLatLng(map.getSize()));
  const width = 1200;
  const height = Math.round((width * (bottom - top)) / (right - left));
  const paper = getComputedStyle(document.body);
  const head = wrapped(find("title").textContent, 28, width - 48);
  const start = 24 + head.length * 34 + 34;
  const feet = wrapped(language().foot.join(" \u00b7 "), 13, width - 48);
  const whole = start + height + 84 + feet.length * 18 + 12;
  const file = draw("svg", { xmlns: SVG, viewBox: `0 0 ${width} ${whole}`, width, height: whole, "font-family": "system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif", fill: paper.color });
  file.append(draw("title", {}, find("title").textContent), draw("desc", {}, find("alt").textContent));
  file.append(draw("rect", { width, height: whole, fill: paper.backgroundColor }));
  head.forEach((line, n) => file.append(draw("text", { x: 24, y: 24 + 28 + n * 34, "font-size": 28, "font-weight": 700 }, line)));
  file.append(draw("text", { x: 24, y: start - 14, "font-size": 18 }, find("subtitle").textContent));
  file.append(mapCopy([left, top, right, bottom], start, width, height), legendCopy(start + height + 16));
  feet.forEach((line, n) => file.append(draw("text", { x: 24, y: start + height + 98 + n * 18, "font-size": 13 }, line)));
  return new XMLSerializer().serializeToString(file);
}

function mapCopy([left, top, right, bottom], y, width, height) {
  const copy = picture.cloneNode(true);
  const from = picture.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, i) => {
    const style = getComputedStyle(from[i]);
    if (style.display === "none") return element.remove();
    for (const property of KEPT) {
      const value = style.getPropertyValue(property);
      if (value && value !== "normal" && !(property === "fill" && element.getAttribute("fill")?.startsWith("url"))) element.setAttribute(property, value);
    }
    for (const attribute of ["role", "aria-label", "aria-selected", "tabindex", "class"]) element.removeAttribute(attribute);
  });
  for (const attribute of ["class", "style", "role", "aria-label"]) copy.removeAttribute(attribute);
  for (const [key, value] of Object.entries({ x: 0, y, width, height, viewBox: `${left} ${top} ${right - left} ${bottom - top}`, preserveAspectRatio: "xMidYMid slice" })) copy.setAttribute(key, value);
  return copy;
}

function legendCopy(y) {
  const box = draw("g", { transform: `translate(24 ${y})` });
  const step = 80;
  box.append(draw("text", { y: 14, "font-size": 16, "font-weight": 700 }, language().legend));
  data.fills.forEach((fill, i) => box.append(draw("rect", { x: i * step, y: 24, width: step, height: 16, fill })));
  data.edges.forEach((_, i) => box.append(draw("text", { x: i * step, y: 58, "font-size": 14, "text-anchor": i ? "middle" : "start" }, edge(i))));
  box.append(...widthsCopy(data.fills.length * step + 60));
  return box;
}

// the key of the arrows' widths, in the page's own pixels
function widthsCopy(x) {
  if (find("widths").hidden) return [];
  const copies = [draw("text", { x, y: 14, "font-size": 16, "font-weight": 700 }, find("widths").firstElementChild.textContent)];
  [...find("width-samples").children].forEach((sample, n) => {
    const svg = sample.querySelector("svg").cloneNode(true);
    for (const [key, value] of Object.entries({ x: x + n * 130, y: 28, width: 46, height: 24 })) svg.setAttribute(key, value);
    copies.push(svg, draw("text", { x: x + n * 130 + 54, y: 45, "font-size": 14 }, sample.textContent));
  });
  return copies;
}

function wrapped(words, points, width) {
  const lines = [""];
  for (const word of words.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if ((measure(longer) * points) / size() > width && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function savePng() {
  const image = new Image();
  image.onload = () => {
    const sheet = make("canvas", { width: 2 * image.width, height: 2 * image.height });
    sheet.getContext("2d").drawImage(image, 0, 0, sheet.width, sheet.height);
    sheet.toBlob((blob) => hand(blob, "image/png", "png"), "image/png");
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(pictureFile())}`;
}

function embedCode() {
  const file = location.pathname.split("/").at(-1);
  return make("iframe", { src: `${file}?${address()}`, title: find("title").textContent, width: "100%", height: "720", loading: "lazy" }).outerHTML;
}
