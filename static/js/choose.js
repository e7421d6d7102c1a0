// Choosing units and people (templates/parts/choose.html): type-ahead, groups and chips over a plain list of checkboxes, which
// stay the truth: what is kept, sent and shown again are they. Every page works without it.
(() => {
  const MOST = 12; // options shown at once
  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
  const make = (tag, fields = {}, ...inside) => {
    const one = Object.assign(document.createElement(tag), fields);
    one.append(...inside);
    return one;
  };

  // From the syllable `at` on, full or by their first letters, in any mixture: qmz, qumin, quminz.
  function sounds(syllables, at, words) {
    if (!words) return true;
    if (at >= syllables.length) return false;
    return syllables[at].some((reading) => reading.startsWith(words)
      || (words.startsWith(reading) && sounds(syllables, at + 1, words.slice(reading.length)))
      || (words[0] === reading[0] && sounds(syllables, at + 1, words.slice(1))));
  }

  // How well a candidate answers the words: 0 best, -1 not at all.
  function fit(one, words) {
    const label = fold(one.label), note = fold(one.note);
    if (label === words || one.code.toLowerCase() === words) return 0;
    if (label.startsWith(words)) return 1;
    for (const [weight, syllables] of [[2, one.sound], [4, one.noteSound]]) {
      const at = syllables.findIndex((_, start) => sounds(syllables, start, words));
      if (at >= 0) return weight + (at ? 1 : 0);
    }
    return label.includes(words) ? 3 : note.includes(words) || one.code.toLowerCase().startsWith(words) ? 5 : -1;
  }

  const readings = (text) => text.split(" ").map((one) => one.split("/"));

  function read(id) {
    const given = JSON.parse(document.getElementById(id).textContent);
    const candidates = given.candidates.map(([key, label, note, code, sound, noteSound]) => (
      { key: String(key), label, note, code, sound: readings(sound), noteSound: readings(noteSound) }));
    return { candidates, groups: given.groups.map(([label, keys]) => [label, keys.map(String)]), recent: given.recent.map(String) };
  }

  function attend(box) {
    const { candidates, groups, recent } = read(box.dataset.from);
    const known = new Map(candidates.map((one) => [one.key, one]));
    const ticks = new Map([...box.querySelectorAll("input[type=checkbox]")].map((one) => [one.value, one]));
    const label = box.querySelector("legend").firstChild.textContent.trim();
    const chips = make("ul", { className: "chosen-list" });
    chips.setAttribute("aria-label", `${label}：已选`);
    const list = make("ul", { className: "options", id: `${box.id}_options`, hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", label);
    const input = make("input", { type: "text", autocomplete: "off", placeholder: box.dataset.hint });
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id],
      ["aria-autocomplete", "list"], ["aria-label", `${label}：${box.dataset.hint}`]]) input.setAttribute(name, value);
    // Under a name only while something stands in it, so that the server refuses it too (units.choosing.TYPED).
    const name = () => (input.value.trim() ? input.setAttribute("name", `${box.dataset.choose}_typed`) : input.removeAttribute("name"));
    const told = make("p", { className: "told small" });
    told.setAttribute("role", "status");
    let shown = [], at = -1;

    const rivals = () => (box.dataset.apart
      ? [...box.closest("form").querySelectorAll(`[data-apart="${box.dataset.apart}"]`)].filter((one) => one !== box) : []);
    const elsewhere = (key) => rivals().find((one) => one.querySelector(`input[type=checkbox][value="${key}"]:checked`));
    const isOwn = (key) => box.dataset.excludes && box.closest("form").elements[box.dataset.excludes]?.value === key;
    const nameOf = (one) => one.querySelector("legend").firstChild.textContent.trim();

    function why(key) {
      if (isOwn(key)) return `${known.get(key).label}是发文单位，不能作为${label}。`;
      const other = elsewhere(key);
      return other ? `${known.get(key).label}已在“${nameOf(other)}”中，不能重复选择。` : "";
    }

    function draw() {
      chips.replaceChildren(...candidates.filter((one) => ticks.get(one.key).checked).map((one) => {
        const remove = make("button", { type: "button", textContent: "×" });
        remove.setAttribute("aria-label", `移除${one.label}`);
        remove.addEventListener("click", () => { set([one.key], false); input.focus(); });
        const chip = make("li", { title: one.note }, one.label, remove);
        chip.dataset.key = one.key;
        return chip;
      }));
    }

    function set(keys, on) {
      const changed = keys.filter((key) => ticks.get(key).checked !== on);
      changed.forEach((key) => { ticks.get(key).checked = on; });
      draw();
      if (changed.length) box.dispatchEvent(new Event("change", { bubbles: true }));
      return changed.length;
    }

    function choose(key) {
      told.textContent = why(key);
      if (!told.textContent) set([key], true);
      input.value = "";
      name();
      close();
      return !told.textContent;
    }

    const unmark = () => chips.querySelector(".to-go")?.classList.remove("to-go");

    // The first Backspace marks the last one and says so, the second removes it; one press brings it back.
    function backspace(chip) {
      const { key } = chip.dataset, { label: name } = known.get(key);
      if (!chip.classList.contains("to-go")) {
        chip.classList.add("to-go");
        told.textContent = `再按一次退格键移除${name}。`;
        return;
      }
      set([key], false);
      const undo = make("button", { type: "button", className: "plain", textContent: "恢复" });
      undo.addEventListener("click", () => { set([key], true); told.textContent = `已恢复${name}。`; input.focus(); });
      told.replaceChildren(`已移除${name}。`, undo);
    }

    function add([name, keys]) {
      const free = keys.filter((key) => !isOwn(key) && !elsewhere(key));
      const left = keys.filter((key) => !isOwn(key) && elsewhere(key)).map((key) => known.get(key).label);
      set(free, true);
      told.textContent = left.length ? `“${name}”中的${left.join("、")}已在另一栏，没有重复选择。` : "";
      input.focus();
    }

    function close() {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(to) {
      at = to;
      [...list.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
      if (at < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", list.children[at].id);
      return list.children[at].scrollIntoView({ block: "nearest" });
    }

    function open() {
      const words = fold(input.value);
      const free = candidates.filter((one) => !ticks.get(one.key).checked);
      const latest = recent.map((key) => known.get(key)).filter((one) => !ticks.get(one.key).checked);
      shown = words
        ? free.map((one) => [fit(one, words), one]).filter(([weight]) => weight >= 0).sort(([a], [b]) => a - b).map(([, one]) => one)
        : [...latest, ...free.filter((one) => !latest.includes(one))];
      shown = shown.slice(0, words ? MOST : candidates.length);
      list.replaceChildren(...shown.map((one, index) => {
        const option = make("li", { id: `${box.id}_option_${index}` }, one.label, " ");
        option.setAttribute("role", "option");
        if (why(one.key)) option.setAttribute("aria-disabled", "true");
        const more = [one.note !== one.label && one.note, !words && latest.includes(one) && "最近用过"].filter(Boolean).join(" · ");
        option.append(make("span", { className: "soft small", textContent: more }));
        option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(one.key); });
        return option;
      }));
      told.textContent = words && !shown.length ? `名单中没有与“${input.value.trim()}”相符的。` : "";
      list.hidden = !shown.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      mark(words && shown.length ? 0 : -1);
    }

    input.addEventListener("input", () => { name(); open(); });
    // What was typed and chose nobody never goes along unseen: one exact name is chosen, anything else is said.
    box.closest("form").addEventListener("submit", (event) => {
      const words = fold(input.value);
      if (!words) return;
      const exact = candidates.filter((one) => !ticks.get(one.key).checked && fit(one, words) === 0);
      if (exact.length === 1 && choose(exact[0].key)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      told.textContent = told.textContent || `“${input.value.trim()}”没有选中：请从列表中选择，或者把它删去。`;
      told.classList.add("error");
      input.focus();
      told.scrollIntoView({ block: "center" });
    }, true);
    input.addEventListener("blur", () => { close(); unmark(); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const last = shown.length - 1;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) open();
        else if (event.key === "ArrowDown") mark(at >= last ? 0 : at + 1);
        else mark(at <= 0 ? last : at - 1);
        if (at < 0 && shown.length) mark(0);
      } else if (event.key === "Enter") {
        event.preventDefault(); // the box never sends the form
        if (!list.hidden && at >= 0) choose(shown[at].key);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (event.key === "Backspace" && !input.value && chips.lastChild && !event.repeat) {
        event.preventDefault();
        backspace(chips.lastChild);
      }
      if (event.key !== "Backspace") unmark();
    });
    // A tick in the plain list is a choice as well.
    box.querySelector(".whole").addEventListener("change", (event) => {
      const { value, checked } = event.target;
      told.textContent = checked ? why(value) : "";
      if (told.textContent) event.target.checked = false;
      draw();
    });

    const buttons = make("div", { className: "groups" }, ...groups.map((group) => {
      const button = make("button", { type: "button", textContent: `${group[0]}（${group[1].length}）` });
      button.addEventListener("click", () => add(group));
      return button;
    }));
    const clear = make("button", { type: "button", textContent: "清空" });
    clear.addEventListener("click", () => { set([...ticks.keys()], false); told.textContent = ""; input.focus(); });
    buttons.append(clear);
    buttons.setAttribute("role", "group");
    buttons.setAttribute("aria-label", `${label}：成组选择`);
    box.querySelector(".whole").before(chips, make("div", { className: "combo" }, input, list), buttons, told);
    box.classList.add("made");
    input.value = box.dataset.typed;
    name();
    draw();
  }

  document.querySelectorAll("fieldset[data-choose]").forEach(attend);
})();
