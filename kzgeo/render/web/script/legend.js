// The legend: a button a class under its column of regions; pressing one keeps its class in colour.
function drawLegend() {
  const { class: levels, value } = facts();
  keep(find("classes"), data.fills.map((_, level) => level), newClass, (button, level) => {
    const members = levels.filter((each) => each === level).length;
    mark(button, "aria-pressed", state.level === level);
    mark(button, "aria-label", say("class", { low: edge(level), high: edge(level + 1), n: members }));
    keep(button.firstElementChild, [...Array(members).keys()], () => swatch(data.fills[level], "dot"), () => {});
  });
  keep(find("edges"), [...data.edges.keys()], () => make("span"), (element, i) => {
    element.className = data.edges[i] === 0 && data.diverging ? "zero" : "";
    write(element, edge(i));
  });
  find("legend-title").textContent = language().legend;
  find("not-coloured").hidden = !language().notColoured;
  find("not-coloured-words").textContent = language().notColoured;
  find("no-data").hidden = !value.includes(null);
  find("no-data-words").textContent = say("no-data");
  find("no-data-why").textContent = value.includes(null) ? say(data.outlines ? "no-data-why" : "no-data-plain", { year: facts().year }) : "";
}

const newClass = (level) => make("button", { type: "button", class: "class", onclick: () => change({ level: state.level === level ? null : level }) },
  make("span", { class: "stack" }), swatch(data.fills[level], "bar"));

function swatch(fill, kind) {
  const element = make("i", { class: kind });
  element.style.background = fill;
  return element;
}
