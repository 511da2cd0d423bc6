// The page as a whole: words in their places, the controls, and one pass over everything when something changes.
function drawWords() {
  document.documentElement.lang = state.lang;
  const said = language().findings[facts().year] ?? [language().caption, "", "{0}"];
  const [title, subtitle] = said;
  const alt = said[2].replace(/\{([01])\}/g, (_, n) => said[n]);
  find("title").textContent = document.title = title;
  find("subtitle").textContent = subtitle;
  find("alt").textContent = alt;
  picture.setAttribute("aria-label", alt);
  regions.setAttribute("aria-label", say("map"));
  keep(find("foot"), [...language().foot.keys()], () => make("span"), (line, n) => write(line, language().foot[n]));
  for (const element of document.querySelectorAll("[data-say]")) write(element, say(element.dataset.say));
  for (const element of document.querySelectorAll("[data-name]")) mark(element, "aria-label", say(element.dataset.name));
  for (const button of find("languages").children) button.setAttribute("aria-pressed", button.value === state.lang);
}

function drawYears() {
  const slider = find("year");
  const { status, odd, lost, year } = facts();
  slider.max = data.years.length - 1;
  slider.value = state.year;
  slider.setAttribute("aria-valuetext", year);
  const ticks = data.years.length > 10 ? [] : data.years.map((each) => String(each.year).slice(2));
  keep(find("ticks"), ticks, () => make("i"), write);
  find("year-words").textContent = year;
  find("time").hidden = data.years.length < 2;
  const estimated = Object.values(odd).filter((code) => STATUS[code] === "estimated").length;
  const of = facts().people.filter(Boolean).length + lost;
  find("year-note").textContent = [
    status.some((code) => STATUS[code] === "estimated") ? say("year-estimated", { year }) : "",
    estimated ? say("flows-estimated", { year, n: estimated, of }) : "",
    lost ? say("flows-missing", { year, n: lost, of }) : "",
  ].filter(Boolean).join(" ");
}

function startControls() {
  const on = (id, kind, react) => find(id).addEventListener(kind, react);
  on("languages", "click", (event) => event.target.value && change({ lang: event.target.value }));
  on("year", "input", (event) => change({ year: Number(event.target.value) }));
  on("play", "click", () => (playing ? pause() : play()));
  on("modes", "click", (event) => event.target.value && change({ mode: event.target.value, count: null }));
  on("count", "input", (event) => change({ count: Number(event.target.value) }));
  on("zoom-in", "click", () => zoom(1));
  on("zoom-out", "click", () => zoom(-1));
  on("zoom-all", "click", () => (goHome(), sizeMarks()));
  addEventListener("hashchange", () => (readAddress(), redraw()));
  addEventListener("keydown", (event) => event.key === "Escape" && change({ region: null, level: null }));
  startSearch();
  startSaving();
}

let playing = null;

function play() {
  if (state.year === data.years.length - 1) change({ year: 0 });
  playing = setInterval(() => {
    if (state.year < data.years.length - 1) change({ year: state.year + 1 });
    else pause();
  }, 1200);
  drawPlay();
}

function pause() {
  clearInterval(playing);
  playing = null;
  drawPlay();
}

function drawPlay() {
  find("play").setAttribute("aria-label", say(playing ? "pause" : "play"));
  find("play").querySelector("path").setAttribute("d", playing ? "M2 1h3v10h-3zM7 1h3v10h-3z" : "M2 1l9 5l-9 5z");
}

function redraw() {
  drawWords();
  drawYears();
  drawPlay();
  drawLegend();
  drawArrows();
  colourRegions();
  sizeMarks();
  drawDetails();
  drawRanking();
  drawTable();
}

function kzgeo(made) {
  readAddress();
  listeners.push(redraw);
  document.documentElement.classList.add("live");
  for (const id of ["rings", "nodes"]) picture.insertBefore(draw("g", { id }), find("marks"));
  picture.insertBefore(find("rings"), find("arrows"));
  picture.setAttribute("role", "group");
  regions.setAttribute("role", "listbox");
  regions.setAttribute("tabindex", "0");
  main.forEach((path) => path.setAttribute("role", "option"));
  find("flows").hidden = !data.pairs.length;
  find("take-flows-csv").hidden = !data.pairs.length;
  for (const id of ["classes", "ranking", "arrows"]) if (id !== "arrows" || data.pairs.length) find(id).replaceChildren();
  for (const part of [find("table").tHead.rows[0], find("table").tBodies[0], find("foot")]) part.replaceChildren();
  startMap(made);
  startControls();
  redraw();
  document.documentElement.dataset.drawn = "1";
}
