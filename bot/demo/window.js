// Laid behind the window's own script: the newest message stays in sight, and the page is
// told when the window is there, and when it has lost its thread.
(() => {
  const timeline = document.getElementById("channel-timeline");
  const list = document.getElementById("channel-message-list");
  const status = document.getElementById("action-status");
  let newest = "";
  let came = 0; // when the newest message came
  let moved = 0; // when the person last scrolled
  let following = true;

  const toEnd = () => { if (following) timeline.scrollTop = timeline.scrollHeight; };
  const newestId = () => [...list.querySelectorAll("[data-message-id]")].at(-1)?.dataset.messageId ?? "";

  for (const kind of ["wheel", "touchmove"]) {
    timeline.addEventListener(kind, () => { moved = performance.now(); }, { passive: true });
  }
  timeline.addEventListener("pointerdown", (event) => {
    if (event.target === timeline) moved = performance.now(); // its scroll bar
  });
  timeline.addEventListener("keydown", (event) => {
    if (/^(Page|Arrow|Home|End)/.test(event.key)) moved = performance.now();
  });
  timeline.addEventListener("scroll", () => {
    // What a person does moves the view away from the end; what is drawn anew does not.
    if (moved > came && performance.now() - moved < 1500) {
      following = timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < 40;
    } else toEnd();
  }, { passive: true });
  new MutationObserver(() => {
    const last = newestId();
    if (last !== newest) {
      following = true;
      came = performance.now();
      newest = last;
    }
    requestAnimationFrame(() => requestAnimationFrame(toEnd));
  }).observe(list, { childList: true, subtree: true, characterData: true });
  new ResizeObserver(toEnd).observe(list);
  new ResizeObserver(toEnd).observe(timeline);

  // While an answer is on its way the window lets clicks fall; they are kept, and made good.
  const BLOCKED = "button.component-button[aria-disabled='true']:not(:disabled)";
  document.addEventListener("click", (event) => {
    const key = event.target.closest?.(BLOCKED)?.dataset.controlKey;
    if (!key) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const started = performance.now();
    const again = () => {
      const button = document.querySelector(`button.component-button[data-control-key="${CSS.escape(key)}"]`);
      if (button && !button.matches(BLOCKED)) button.click();
      else if (performance.now() - started < 5000) requestAnimationFrame(again);
    };
    requestAnimationFrame(again);
  }, true);

  // Links into Discord lead to places of the demo.
  document.addEventListener("click", (event) => {
    const [, kind] = event.target.closest?.("a[href]")?.href.match(/^https:\/\/discord\.com\/(users|channels)\//) ?? [];
    if (!kind) return;
    event.preventDefault();
    parent.postMessage(kind === "users" ? "go dm" : "go club", location.origin);
  }, true);

  const layout = document.getElementById("channel-layout");
  new MutationObserver((_, observer) => {
    if (layout.hidden) return;
    observer.disconnect();
    parent.postMessage(`window open ${location.hash}`, location.origin);
  }).observe(layout, { attributes: true });

  new MutationObserver(() => {
    if (/uncertain|session (ended|is unavailable)/i.test(status.textContent)) {
      parent.postMessage(`window lost ${location.hash}`, location.origin);
    }
  }).observe(status, { childList: true, characterData: true, subtree: true });
})();
