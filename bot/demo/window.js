// Laid behind the window's own script: the newest message stays in sight, and a window that has
// lost its thread is loaded anew.
(() => {
  const timeline = document.getElementById("channel-timeline");
  const list = document.getElementById("channel-message-list");
  const status = document.getElementById("action-status");
  let newest = "";
  let following = true;
  let moved = 0;

  const toEnd = () => { if (following) timeline.scrollTop = timeline.scrollHeight; };
  const newestId = () => [...list.querySelectorAll("[data-message-id]")].at(-1)?.dataset.messageId ?? "";

  // What a person does moves the view away from the end; what is drawn anew does not.
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    timeline.addEventListener(kind, () => { moved = performance.now(); }, { passive: true });
  }
  timeline.addEventListener("scroll", () => {
    if (performance.now() - moved > 400) return;
    following = timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < 40;
  }, { passive: true });
  new MutationObserver(() => {
    const last = newestId();
    if (last !== newest) following = true;
    newest = last;
    requestAnimationFrame(() => requestAnimationFrame(toEnd));
  }).observe(list, { childList: true, subtree: true, characterData: true });
  new ResizeObserver(toEnd).observe(list);
  new ResizeObserver(toEnd).observe(timeline);

  const layout = document.getElementById("channel-layout");
  new MutationObserver((_, observer) => {
    if (layout.hidden) return;
    observer.disconnect();
    parent.postMessage("window open", location.origin);
  }).observe(layout, { attributes: true });

  new MutationObserver(() => {
    if (/uncertain|session (ended|is unavailable)/i.test(status.textContent)) location.reload();
  }).observe(status, { childList: true, characterData: true, subtree: true });
})();
