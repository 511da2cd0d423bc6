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
  const rows = ranked().map((i) => {
    const bar = make("i", { class: "bar" });
    bar.style.left = `${(100 * (Math.min(value[i] ?? 0, 0) - low)) / span}%`;
    bar.style.width = `${(100 * Math.abs(value[i] ?? 0)) / span}%`;
    bar.style.background = levels[i] === null ? "var(--faint)" : data.fills[levels[i]];
    return make("li", {}, make("button", rowAttributes(i), make("span", { class: "name" }, language().shorts[i]),
      make("span", { class: "track" }, bar), make("span", { class: "num" }, figure(value[i]))));
  });
  find("ranking").replaceChildren(...rows);
}

function rowAttributes(i) {
  return {
    type: "button",
    "data-row": i,
    "aria-pressed": i === state.region,
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
  const heads = shown.map((column) => make("th", { scope: "col", class: column.text ? "" : "num", "aria-sort": column.key === key ? (down ? "descending" : "ascending") : null },
    make("button", { type: "button", onclick: () => change({ sort: { key: column.key, down: column.key === key ? !down : !column.text } }) }, column.words)));
  const rows = sorted(shown).map((i) => make("tr", { "data-row": i, class: i === state.region ? "is-selected" : "" },
    ...shown.map((column, n) => (n === 0
      ? make("th", { scope: "row" }, make("button", rowAttributes(i), column.text(i)))
      : make("td", { class: column.text ? "" : "num" }, column.text ? column.text(i) : number(column.values[i], column.decimals, column.signed))))));
  find("table").tHead.rows[0].replaceChildren(...heads);
  find("table").tBodies[0].replaceChildren(...rows);
}
