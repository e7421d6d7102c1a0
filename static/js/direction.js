// 行文方向 follows 文种 (请示、报告 上行, 函 平行) until somebody chooses it by hand; what he chose stays.
(() => {
  const kind = document.querySelector("select[data-direction]");
  const way = kind && kind.form.elements.routing_direction;
  if (!way) return;
  const usual = JSON.parse(kind.dataset.direction);
  let isOwn = way.value !== usual[kind.value];
  way.addEventListener("change", (event) => { if (event.isTrusted) isOwn = way.value !== usual[kind.value]; });
  kind.addEventListener("change", () => {
    if (isOwn || !usual[kind.value] || way.value === usual[kind.value]) return;
    way.value = usual[kind.value];
    way.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
