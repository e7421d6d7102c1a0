// The page beside the text while typing. Without a script the button 预览 gives the same, once.
(() => {
  const PAUSE = 700, LONG_PAUSE = 4000, LONG = 30000; // ms after the last key; of a text with more characters
  const PATIENCE = 8000; // ms that an answer may take
  const KEPT = "draft-view";
  const VIEWS = [["text", "只看文字"], ["both", "文字和版面"], ["page", "只看版面"]];
  const frame = document.querySelector(".drafting");
  if (!frame) return;
  const form = frame.querySelector("form"), aside = frame.querySelector(".draft-page");
  const button = frame.querySelector(".preview-button");
  const isNarrow = window.matchMedia("(max-width: 1023px)");
  const text = form.querySelector("textarea[name=body]");
  let sheet = 1, timer = 0, stop = null, isShown = false, follows = false, shownAt = 1, askedAt = 0;

  const kept = () => { try { return localStorage.getItem(KEPT); } catch { return null; } };
  const keep = (view) => { try { localStorage.setItem(KEPT, view); } catch { /* a browser that keeps nothing */ } };

  const wantsPaper = () => (isNarrow.matches ? isShown : frame.dataset.view !== "text");

  async function ask() {
    clearTimeout(timer);
    if (stop) stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    askedAt = text.selectionStart;
    const late = setTimeout(() => stop.abort(), PATIENCE);
    const typed = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    typed.set("sheet", sheet);
    // Files that are chosen and not saved yet are named, so that nobody is told that there are none.
    for (const one of form.querySelectorAll("input[type=file][name=attached]"))
      for (const file of one.files) typed.append("attached_name", file.name);
    if (follows) typed.set("cursor", text.selectionStart);
    if (!wantsPaper()) typed.set("paper", "0");
    try {
      const answer = await fetch(frame.dataset.preview, {
        method: "POST", body: typed, signal, redirect: "manual",
        headers: { "X-Egov-Part": "page", "X-CSRFToken": form.csrfmiddlewaretoken.value },
      });
      if (!answer.ok) return; // what is typed is kept and judged at saving all the same
      const top = aside.scrollTop;
      aside.innerHTML = await answer.text();
      aside.scrollTop = top;
      if (follows) follow();
    } catch { /* slow or away: the next key asks again */ } finally {
      clearTimeout(late);
      if (stop && stop.signal === signal) stop = null;
    }
  }

  // The page on which one writes stays in sight; once it is there, nothing moves.
  function follow() {
    const paper = aside.querySelector(".draft-paper[data-at]");
    if (!paper || paper.dataset.at === "0") return;
    sheet = Number(paper.dataset.first);
    const now = Number(paper.dataset.at), page = paper.querySelectorAll("svg")[now - sheet];
    if (page && now !== shownAt) aside.scrollTop += page.getBoundingClientRect().top - aside.getBoundingClientRect().top;
    shownAt = now;
  }

  const JUMP = 400; // letters from where the page was asked for last
  function moved() {
    if (Math.abs(text.selectionStart - askedAt) < JUMP) return;
    follows = true;
    later();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, form.querySelector("textarea").value.length > LONG ? LONG_PAUSE : PAUSE);
  }

  function look(view) {
    frame.dataset.view = view;
    keep(view);
    for (const one of frame.querySelectorAll(".views button")) one.setAttribute("aria-pressed", String(one.value === view));
    ask();
  }

  function offerViews() {
    const line = document.createElement("div");
    line.className = "views";
    line.setAttribute("role", "group");
    line.setAttribute("aria-label", "显示");
    for (const [value, words] of VIEWS) {
      const one = document.createElement("button");
      Object.assign(one, { type: "button", value, textContent: words });
      one.addEventListener("click", () => look(value));
      line.append(one);
    }
    frame.prepend(line);
  }

  offerViews();
  const known = VIEWS.map(([value]) => value);
  look(known.includes(kept()) ? kept() : "both");
  form.addEventListener("input", (event) => { follows = event.target === text; later(); });
  for (const name of ["click", "keyup"]) text.addEventListener(name, moved);
  form.addEventListener("change", later);
  isNarrow.addEventListener("change", later);
  // On a narrow screen the button shows the page below, and hides it again.
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    isShown = !(isNarrow.matches && isShown);
    frame.classList.toggle("shown", isShown);
    button.textContent = isShown ? "收起版面" : "预览";
    button.setAttribute("aria-expanded", String(isShown));
    await ask();
    if (isShown) aside.scrollIntoView({ block: "start" });
  });
  aside.addEventListener("click", (event) => {
    const turn = event.target.closest("[data-sheets] button");
    if (!turn) return;
    event.preventDefault();
    sheet = Number(turn.value);
    follows = false;
    ask().then(() => { aside.scrollTop = 0; });
  });
})();
