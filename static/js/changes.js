// From change to change: n and j lead on, p and k back; the buttons do the same. Without a script the numbers are links.
(() => {
  const bar = document.getElementById("places");
  if (!bar) return;
  const places = [...document.querySelectorAll(".comparison .place")].sort(
    (one, other) => Number(one.id.slice(1)) - Number(other.id.slice(1)),
  );
  if (!places.length) return;
  let at = -1;
  const told = bar.querySelector(".here");
  bar.querySelector(".keys").hidden = false;
  function go(step) {
    at = at < 0 && step < 0 ? places.length - 1 : (at + step + places.length) % places.length;
    const one = places[at];
    one.closest("details")?.setAttribute("open", "");
    one.focus({ preventScroll: true });
    one.scrollIntoView({ block: "center" });
    told.textContent = `第 ${at + 1} 处，共 ${places.length} 处`;
  }
  bar.querySelector(".next").addEventListener("click", () => go(1));
  bar.querySelector(".previous").addEventListener("click", () => go(-1));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    const step = { n: 1, j: 1, p: -1, k: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    go(step);
  });
})();
