// What the reader looks at. It lives in the address, so that a reload or a link brings it back.
const MODES = ["gross", "net", "in", "out"];
const MODE = data.arrows.mode === "net" ? "net" : "gross";
const state = { lang: null, year: null, region: null, mode: MODE, count: null, level: null, sort: null };
const facts = () => data.years[state.year];
const listeners = [];

function readAddress() {
  const query = new URLSearchParams(location.search);
  const hash = new URLSearchParams(location.hash.slice(1));
  const asked = (key) => hash.get(key) ?? query.get(key);
  const year = data.years.findIndex((each) => String(each.year) === asked("year"));
  const count = asked("flows");
  state.lang = asked("lang") in data.languages ? asked("lang") : Object.keys(data.languages)[0];
  state.year = year < 0 ? data.years.findIndex((each) => each.year === data.year) : year;
  state.region = at.get(asked("region")) ?? null;
  state.mode = MODES.includes(asked("mode")) ? asked("mode") : MODE;
  state.count = /^\d+$/.test(count || "") ? Number(count) : null;
}

function address() {
  const parts = new URLSearchParams({ lang: state.lang, year: facts().year });
  if (state.region !== null) parts.set("region", data.codes[state.region]);
  if (state.mode !== MODE) parts.set("mode", state.mode);
  if (state.count !== null) parts.set("flows", state.count);
  return parts;
}

function change(changes) {
  Object.assign(state, changes);
  history.replaceState(null, "", `#${address()}`);
  listeners.forEach((listen) => listen());
}

const select = (region) => change({ region: region === state.region ? null : region });
