// The legend: a button a class under its column of regions; pressing one keeps its class in colour.
function drawLegend() {
  const { class: levels, value } = facts();
  const columns = data.fills.map((fill, level) => {
    const members = levels.filter((each) => each === level).length;
    const button = make("button", {
      type: "button",
      class: "class",
      "aria-pressed": state.level === level,
      "aria-label": say("class", { low: edge(level), high: edge(level + 1), n: members }),
      onclick: () => change({ level: state.level === level ? null : level }),
    }, make("span", { class: "stack" }, ...Array.from({ length: members }, () => swatch(fill, "dot"))), swatch(fill, "bar"));
    return button;
  });
  const edges = data.edges.map((value_, i) => make("span", { class: value_ === 0 && data.diverging ? "zero" : "" }, edge(i)));
  find("legend-title").textContent = language().legend;
  find("classes").replaceChildren(...columns);
  find("edges").replaceChildren(...edges);
  find("not-coloured").hidden = !language().notColoured;
  find("not-coloured-words").textContent = language().notColoured;
  find("no-data").hidden = !value.includes(null);
  find("no-data-words").textContent = say("no-data");
  find("no-data-why").textContent = value.includes(null) ? say(data.outlines ? "no-data-why" : "no-data-plain", { year: facts().year }) : "";
}

function swatch(fill, kind) {
  const element = make("i", { class: kind });
  element.style.background = fill;
  return element;
}
