// Reading instead of looking: the ranked bars and the table, both tied to the map.
function ranked() {
  const { value } = facts();
  const known = value.map((each, i) => [each, i]).sort((a, b) => (b[0] ?? -Infinity) - (a[0] ?? -Infinity) || a[1] - b[1]);
  return known.map(([, i]) => i);
}

function drawRanking() {
  const { value, class: levels } = facts();
  const known = value.filter((each) => each !== null);
  const low = Math.min(0, ...known);
  const span = Math.max(0, ...known) - low || 1;
  keep(find("ranking"), ranked(), newRank, (item, i) => {
    const [button] = item.children;
    const [name_, track, num] = button.children;
    const { style } = track.firstElementChild;
    mark(button, "aria-pressed", i === state.region);
    write(name_, language().shorts[i]);
    write(num, figure(value[i]));
    style.left = `${(100 * (Math.min(value[i] ?? 0, 0) - low)) / span}%`;
    style.width = `${(100 * Math.abs(value[i] ?? 0)) / span}%`;
    style.background = levels[i] === null ? "var(--faint)" : data.fills[levels[i]];
  });
}

const newRank = (i) => make("li", {}, make("button", rowAttributes(i), make("span", { class: "name" }),
  make("span", { class: "track" }, make("i", { class: "bar" })), make("span", { class: "num" })));

function rowAttributes(i) {
  return {
    type: "button",
    "data-row": i,
    onclick: () => select(i),
    onpointerenter: () => point(i),
    onpointerleave: () => point(null),
  };
}

function columns() {
  const year = facts();
  const all = [
    { key: "region", words: say("region"), text: name, order: (i) => name(i) },
    { key: data.measure, words: language().legend, values: year.value, decimals: data.decimals, signed: data.diverging },
    { key: "arrivals", words: say("arrivals"), values: year.arrivals },
    { key: "departures", words: say("departures"), values: year.departures },
    { key: "net", words: say("net"), values: year.net, signed: true },
    { key: "net_rate", words: say("rate"), values: year.rate, decimals: 1, signed: true },
    { key: "status", words: say("status"), text: (i) => say(STATUS[year.status[i]]), order: (i) => year.status[i] },
  ];
  return all.filter((column, n) => all.findIndex((other) => other.key === column.key) === n);
}

function sorted(columns_) {
  const column = columns_.find((each) => each.key === (state.sort?.key ?? data.measure));
  const down = state.sort ? state.sort.down : true;
  const value = (i) => (column.order ? column.order(i) : column.values[i]);
  const compare = (a, b) => (typeof value(a) === "string" ? value(a).localeCompare(value(b), state.lang) : value(a) - value(b));
  const missing = (i) => value(i) === null;
  return data.codes.map((_, i) => i).sort((a, b) => missing(a) - missing(b) || (missing(a) ? 0 : compare(a, b) * (down ? -1 : 1)));
}

function drawTable() {
  const shown = columns();
  const key = state.sort?.key ?? data.measure;
  const down = state.sort ? state.sort.down : true;
  const table = find("table");
  keep(table.tHead.rows[0], shown.map((column) => column.key), newHead, (head, each, n) => {
    head.className = shown[n].text ? "" : "num";
    write(head.firstElementChild, shown[n].words);
    if (each === key) mark(head, "aria-sort", down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
  keep(table.tBodies[0], sorted(shown), (i) => newRow(i, shown), (line, i) => {
    line.classList.toggle("is-selected", i === state.region);
    shown.forEach((column, n) => {
      const cell = n ? line.cells[n] : line.cells[n].firstElementChild;
      write(cell, column.text ? column.text(i) : number(column.values[i], column.decimals, column.signed));
      if (!n) mark(cell, "aria-pressed", i === state.region);
    });
  });
}

const newHead = (key) => make("th", { scope: "col" }, make("button", { type: "button", onclick: () => sortBy(key) }));

const newRow = (i, shown) => make("tr", { "data-row": i }, make("th", { scope: "row" }, make("button", rowAttributes(i))),
  ...shown.slice(1).map((column) => make("td", { class: column.text ? "" : "num" })));

// again by the same column turns the order round; words start at their beginning, numbers at the largest
function sortBy(key) {
  const { key: before, down } = state.sort ?? { key: data.measure, down: true };
  change({ sort: { key, down: key === before ? !down : !["region", "status"].includes(key) } });
}
