// One region in figures: what came, what went, its rank and its largest partners.
function drawDetails() {
  const box = find("details");
  const focused = box.contains(document.activeElement);
  const region = state.region;
  box.hidden = region === null;
  if (region === null) return box.replaceChildren();
  const { value } = facts();
  const place = ranked().indexOf(region) + 1;
  const rank = value[region] === null ? [] : [[say("rank"), say("rank-of", { n: place, of: value.filter((each) => each !== null).length })]];
  const close = make("button", { type: "button", class: "close", "aria-label": say("close"), onclick: () => change({ region: null }) }, "\u00d7");
  box.replaceChildren(
    make("h2", { tabindex: -1 }, name(region)), close,
    make("div", { class: "pairs" }, ...figures(region), ...rank.map(pair)),
    partners(region, "in"), partners(region, "out"),
  );
  if (focused) box.querySelector("h2").focus();
}

function partners(region, direction) {
  const [here, there] = direction === "in" ? ["d", "o"] : ["o", "d"];
  const flows = facts().people.map((people, i) => people && flowOf(i)).filter((flow) => flow && flow[here] === region);
  if (!flows.length) return null;
  const most = flows.sort((a, b) => b.people - a.people || a.id - b.id).slice(0, 5);
  const rows = most.map((flow) => {
    const bar = make("i", { class: "bar" });
    bar.style.width = `${(100 * flow.people) / most[0].people}%`;
    return make("li", {}, make("button", rowAttributes(flow[there]),
      make("span", { class: "name" }, language().shorts[flow[there]]), make("span", { class: "track" }, bar),
      make("span", { class: "num" }, number(flow.people))));
  });
  return make("div", { class: "partners" }, make("h3", {}, say(`partners-${direction}`)), make("ol", {}, ...rows));
}
