// The column of acts reaches the window's bottom, wherever the page stands; without a script it is a little shorter.
(() => {
  const side = document.querySelector(".layout + .side");
  if (!side) return;
  const LEAST = 320; // px
  const fit = () => {
    const room = window.innerHeight - Math.max(side.getBoundingClientRect().top, 0) - 8;
    side.style.setProperty("--side-room", `${Math.max(room, LEAST)}px`);
  };
  window.addEventListener("scroll", fit, { passive: true });
  window.addEventListener("resize", fit);
  window.addEventListener("load", fit);
  fit();
})();
