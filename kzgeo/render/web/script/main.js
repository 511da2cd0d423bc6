// The page as a whole: words in their places, the controls, and one pass over everything when something changes.
function drawWords() {
  document.documentElement.lang = state.lang;
  const [title, subtitle, alt] = language().findings[facts().year] ?? [data.languages[state.lang].caption, "", ""];
  find("title").textContent = document.title = title;
  find("subtitle").textContent = subtitle;
  find("alt").textContent = alt;
  picture.setAttribute("aria-label", alt);
  regions.setAttribute("aria-label", say("map"));
  find("foot").replaceChildren(...language().foot.map((line) => make("span", {}, line)));
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const element of document.querySelectorAll("[data-name]")) element.setAttribute("aria-label", say(element.dataset.name));
  for (const button of find("languages").children) button.setAttribute("aria-pressed", button.value === state.lang);
}

function drawYears() {
  const slider = find("year");
  slider.max = data.years.length - 1;
  slider.value = state.year;
  slider.setAttribute("aria-valuetext", facts().year);
  find("year-words").textContent = facts().year;
  find("time").hidden = data.years.length < 2;
}

function startControls() {
  find("languages").addEventListener("click", (event) => event.target.value && change({ lang: event.target.value }));
  find("year").addEventListener("input", (event) => change({ year: Number(event.target.value) }));
  addEventListener("hashchange", () => (readAddress(), redraw()));
}

function redraw() {
  drawWords();
  drawYears();
  drawLegend();
  colourRegions();
  sizeMarks();
  drawRanking();
  drawTable();
}

function kzgeo(made) {
  readAddress();
  listeners.push(redraw);
  document.documentElement.classList.add("live");
  picture.insertBefore(draw("g", { id: "rings" }), find("marks"));
  picture.setAttribute("role", "group");
  regions.setAttribute("role", "listbox");
  regions.setAttribute("tabindex", "0");
  main.forEach((path) => path.setAttribute("role", "option"));
  startMap(made);
  startControls();
  redraw();
  document.documentElement.dataset.drawn = "1";
}
