// What is typed is kept every few seconds, on leaving and before sending; every page works without it.
(() => {
  const ADDRESS = document.currentScript.dataset.address, SIGN_IN = document.currentScript.dataset.signIn;
  const QUICK = 4000, SLOW = 30000, LONG = 50000; // ms, ms, characters
  const KEEPALIVE = 60000; // bytes that a browser still sends for a page that is left
  const PATIENCE = 3000; // ms that a sending waits for the last saving
  const tab = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
  const forms = new Map();

  const typed = (form) => [...new FormData(form)].filter(([name, value]) =>
    typeof value === "string" && !["csrfmiddlewaretoken", "form_ticket", "form_once"].includes(name)
    && !form.querySelector(`input[type=password][name="${CSS.escape(name)}"]`));
  const token = (form) => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || form.csrfmiddlewaretoken.value;

  function say(one, text) {
    if (one.line.textContent !== text) one.line.textContent = text;
  }

  // The session has ended: a bar on top of everything, with the way to sign in and back to this page.
  function warn(text, leadsIn) {
    const bar = document.getElementById("signed-out") || document.createElement("div");
    const link = document.createElement("a");
    link.href = `${SIGN_IN}?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.className = "button main";
    link.textContent = "重新登录";
    bar.id = "signed-out";
    bar.setAttribute("role", "alert");
    bar.replaceChildren(text, ...(leadsIn ? [" ", link] : []));
    document.body.prepend(bar);
  }

  async function tell(one, answer) {
    const isJson = (answer.headers.get("Content-Type") || "").includes("json");
    const told = isJson ? await answer.json() : {};
    if (answer.type === "opaqueredirect" || told.signed_out) {
      one.isExpired = one.changed = true; // before it is sent it is tried again: he may have signed in elsewhere
      one.failed = !told.signed_out; // what is held for its person is not lost with the page
      const files = one.form.querySelector("input[type=file]") ? "所选文件须重新选择。" : "";
      const text = told.message || "登录已到期。内容还在本页：提交时会请您重新登录，并原样带回。";
      say(one, "");
      warn(`${text}${files}`, answer.status !== 409); // while another is signed in, that page would be his
      return;
    }
    document.getElementById("signed-out")?.remove();
    say(one, told.saved ? `已自动保存 ${told.saved}` : told.message || "未能自动保存，请及时点按钮保存。");
    if (!answer.ok) one.failed = true;
  }

  function save(one, leaving = false) {
    clearTimeout(one.timer);
    one.timer = 0;
    if (!one.changed || one.form.dataset.sent) return one.pending; // what was sent is no draft
    one.changed = one.failed = one.isExpired = false;
    const { form } = one;
    const body = JSON.stringify({ ticket: form.form_ticket.value, tab, seq: one.seq += 1, typed: typed(form) });
    const keepalive = leaving && new Blob([body]).size < KEEPALIVE;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token(form) };
    one.isOpen = true;
    one.stop = new AbortController();
    const { signal } = one.stop;
    one.pending = fetch(ADDRESS, { method: "POST", body, headers, keepalive, redirect: "manual", signal })
      .then((answer) => tell(one, answer))
      .catch(() => {
        one.changed = one.failed = true;
        say(one, "未能自动保存，稍后再试。");
        later(one, SLOW);
      })
      .finally(() => { one.isOpen = false; });
    return one.pending;
  }

  function later(one, pause) {
    if (!one.timer) one.timer = setTimeout(() => save(one), pause);
  }

  function attend(form) {
    const line = document.createElement("p");
    line.className = "kept";
    line.setAttribute("role", "status");
    form.append(line);
    const told = { changed: false, failed: false, isExpired: false, isOpen: false };
    const one = { form, line, seq: 0, timer: 0, pending: Promise.resolve(), ...told };
    forms.set(form, one);
    const note = (event) => {
      if (event.target.type === "password" || event.target.type === "file") return;
      one.changed = true;
      const length = [...form.querySelectorAll("textarea")].reduce((sum, area) => sum + area.value.length, 0);
      later(one, length > LONG ? SLOW : QUICK);
    };
    form.addEventListener("input", note);
    form.addEventListener("change", note);
    const { uid } = form.form_ticket.dataset;
    if (uid) { // Back, a reload and a new sign-in find this very form again
      const here = new URL(location);
      here.searchParams.set("draft", uid);
      history.replaceState(history.state, "", here);
    }
  }

  document.querySelectorAll("input[name=form_ticket]").forEach((ticket) => attend(ticket.form));

  // Files of somebody who is not signed in any more are refused unread, and what was typed with them: a form goes as text
  // where no file was chosen, and once its session is known to have ended. Back and a second try may bring a file again.
  document.addEventListener("submit", (event) => {
    const form = event.target, { submitter } = event;
    const [asking, name] = submitter && submitter.hasAttribute("formenctype") ? [submitter, "formenctype"] : [form, "enctype"];
    const asked = asking.getAttribute(name);
    if (form.method !== "post" || event.defaultPrevented || asked !== "multipart/form-data") return;
    const isChosen = [...form.elements].some((one) => one.type === "file" && one.files.length);
    const own = forms.get(form);
    if (isChosen && !(own && own.isExpired)) return;
    asking.setAttribute(name, "application/x-www-form-urlencoded");
    setTimeout(() => asking.setAttribute(name, asked)); // how it is sent is settled when the event has ended
  });
  if (!forms.size) return;

  // Whatever was typed on the page is safe before any form of it is sent: an upload does not wipe the form beside it.
  document.addEventListener("submit", (event) => {
    const form = event.target, { submitter } = event;
    if (form.method !== "post" || form.dataset.sent || form.dataset.kept) {
      delete form.dataset.kept;
      return;
    }
    const open = [...forms.values()].filter((one) => one.changed || one.isOpen);
    if (!open.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const send = () => {
      const own = forms.get(form);
      if (own && own.isOpen) own.stop.abort(); // slower than our patience: it must not arrive after the act
      form.dataset.kept = "1";
      form.requestSubmit(submitter);
    };
    const wait = new Promise((done) => { setTimeout(done, PATIENCE); });
    Promise.race([Promise.all(open.map((one) => save(one))), wait]).then(() => setTimeout(send));
  }, true);
  window.addEventListener("pagehide", () => forms.forEach((one) => save(one, true)));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") forms.forEach((one) => save(one, true));
  });
  window.addEventListener("beforeunload", (event) => {
    const isLong = (form) => [...form.querySelectorAll("textarea")].some((area) => area.value.length > KEEPALIVE / 4);
    const isSent = document.querySelector("form[data-sent]");
    if (!isSent && [...forms.values()].some((one) => one.failed || (one.changed && isLong(one.form)))) event.preventDefault();
    forms.forEach((one) => save(one, true)); // before the next page is asked for, which may be this one again
  });
})();
