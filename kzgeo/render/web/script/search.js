// Search by name in any of the three languages, as it is written or as it is usually simplified.
const plain = (words) => words.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "")
  .replace(/[әғқңөұүһі]/g, (letter) => ({ ә: "а", ғ: "г", қ: "к", ң: "н", ө: "о", ұ: "у", ү: "у", һ: "х", і: "и" })[letter])
  .replace(/[^\p{L}\p{N}]+/gu, " ").trim();

const known = data.codes.map((code, i) => {
  const names = Object.values(data.languages).flatMap((each) => [each.names[i], each.shorts[i]]);
  return [...new Set([...names, code].map(plain))];
});

function matches(words) {
  const wanted = plain(words);
  if (!wanted) return [];
  const rank = (i) => Math.min(...known[i].map((each) => {
    const place = ` ${each}`.indexOf(` ${wanted}`);
    return each === wanted ? 0 : place === 0 ? 1 : place > 0 ? 2 : each.includes(wanted) ? 3 : 9;
  }));
  return known.map((_, i) => [rank(i), i]).filter(([r]) => r < 9).sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, 6).map(([, i]) => i);
}

function startSearch() {
  const field = find("search");
  const list = find("found");
  let hits = [];
  let active = 0;
  const show = () => {
    hits = matches(field.value);
    active = Math.min(active, Math.max(hits.length - 1, 0));
    const none = field.value.trim() && !hits.length;
    list.hidden = !hits.length && !none;
    field.setAttribute("aria-expanded", hits.length > 0);
    if (hits.length) field.setAttribute("aria-activedescendant", `found-${active}`);
    else field.removeAttribute("aria-activedescendant");
    list.replaceChildren(...(none ? [make("li", { role: "option", "aria-disabled": true, "aria-selected": false }, say("not-found"))] : hits.map((i, n) => make("li", {
      role: "option", id: `found-${n}`, "aria-selected": n === active, onpointerdown: (event) => (event.preventDefault(), take(i)),
    }, name(i)))));
  };
  const take = (i) => {
    field.value = "";
    show();
    change({ region: i });
  };
  field.addEventListener("input", () => ((active = 0), show()));
  field.addEventListener("blur", () => (list.hidden = true));
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) active = (active + step + hits.length) % hits.length;
    else if (event.key === "Enter" && hits.length) return take(hits[active]);
    else if (event.key === "Escape") field.value = "";
    else return;
    event.preventDefault();
    event.stopPropagation();
    show();
  });
}
