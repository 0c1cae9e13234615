// What can be scrolled can be reached by keyboard: such parts take the focus while there is more than fits.
export function watchScrollable(root: HTMLElement): void {
  const mark = () => {
    for (const part of root.querySelectorAll<HTMLElement>(".scroll, .limited")) {
      if (part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight) part.tabIndex = 0;
      else part.removeAttribute("tabindex");
    }
  };
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  };
  new MutationObserver(soon).observe(root, { childList: true, subtree: true, characterData: true });
  new ResizeObserver(soon).observe(root);
}
