// Very many arrows, painted: the picture keeps its regions, the canvas above it holds the flows.
const ArrowCanvas = L.Layer.extend({
  flows: [],

  onAdd() {
    this.element = L.DomUtil.create("canvas", "leaflet-zoom-animated arrow-canvas", map.getPanes().overlayPane);
    map.on("moveend", this.soon, this);
    map.on("zoomanim", this.follow, this);
    map.getContainer().addEventListener("pointermove", (event) => this.hover(event));
  },

  show(flows) {
    // the largest last, on top and darkest: among so many the small ones are texture
    this.flows = flows.map((flow) => ({ flow, curve: curveOf(flow) })).reverse();
    this.most = this.flows.at(-1)?.flow.people;
    this.soon();
  },

  // once a frame, however often the map says that it moved
  soon() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  },

  // a quarter of a window more on every side, so that panning shows no empty edge at once
  paint() {
    const size = map.getSize();
    const ratio = Math.min(devicePixelRatio, 2);
    const origin = map.containerPointToLayerPoint([-size.x / 4, -size.y / 4]).round();
    Object.assign(this.element, { width: 1.5 * size.x * ratio, height: 1.5 * size.y * ratio });
    Object.assign(this.element.style, { width: `${1.5 * size.x}px`, height: `${1.5 * size.y}px` });
    L.DomUtil.setPosition(this.element, origin);
    this.bounds = L.latLngBounds(map.layerPointToLatLng(origin), map.layerPointToLatLng(origin.add(size.multiplyBy(1.5))));
    const scale = ratio / unitsPerPixel();
    const [left, top] = toPicture(map.layerPointToLatLng(origin));
    const pen = this.element.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
    this.flows.forEach(({ flow, curve }) => this.stroke(pen, flow, curve));
  },

  stroke(pen, flow, [a, b, c, d]) {
    const width = widthOf(flow);
    const pixel = unitsPerPixel();
    const headed = width > pixel;
    const head = headed ? Math.max(data.arrows.style.least, data.arrows.style.growth * width) : 0;
    const [dx, dy] = unit(d[0] - c[0], d[1] - c[1]);
    pen.strokeStyle = pen.fillStyle = colourOf(flow);
    pen.globalAlpha = 0.15 + 0.75 * Math.sqrt(flow.people / this.most);
    pen.lineWidth = Math.max(width, 0.5 * pixel);
    pen.beginPath();
    pen.moveTo(a[0], a[1]);
    pen.bezierCurveTo(b[0], b[1], c[0], c[1], d[0] - dx * head, d[1] - dy * head);
    pen.stroke();
    if (!headed) return;
    pen.beginPath();
    pen.moveTo(d[0], d[1]);
    pen.lineTo(d[0] - dx * head - (dy * head) / 2, d[1] - dy * head + (dx * head) / 2);
    pen.lineTo(d[0] - dx * head + (dy * head) / 2, d[1] - dy * head - (dx * head) / 2);
    pen.fill();
  },

  follow(event) {
    const scale = map.getZoomScale(event.zoom, map.getZoom());
    const offset = map._latLngBoundsToNewLayerBounds(this.bounds, event.zoom, event.center).min;
    L.DomUtil.setTransform(this.element, offset, scale);
  },

  hover(event) {
    if (!this.flows.length || event.buttons) return;
    const reach = 4 * unitsPerPixel();
    const [x, y] = toPicture(map.mouseEventToLatLng(event));
    const hit = this.flows.findLast(({ flow, curve }) => near(curve, x, y, reach + widthOf(flow) / 2));
    if (hit) showFlowTip(hit.flow, event);
  },
});

function near(curve, x, y, reach) {
  const xs = curve.map((each) => each[0]);
  const ys = curve.map((each) => each[1]);
  if (x < Math.min(...xs) - reach || x > Math.max(...xs) + reach || y < Math.min(...ys) - reach || y > Math.max(...ys) + reach) return false;
  let [px, py] = curve[0];
  for (let i = 1; i <= 16; i++) {
    const [qx, qy] = spot(curve, i / 16);
    const along = ((x - px) * (qx - px) + (y - py) * (qy - py)) / ((qx - px) ** 2 + (qy - py) ** 2 || 1);
    const t = Math.min(1, Math.max(0, along));
    if (Math.hypot(px + t * (qx - px) - x, py + t * (qy - py) - y) < reach) return true;
    [px, py] = [qx, qy];
  }
  return false;
}
