// @ts-check
/**
 * Turnout while a poll runs. The server sends events named `turnout`, JSON objects of ready sentences; each goes into
 * the element below `root` whose `data-turnout` is its key. There is no script-made sentence and no split of votes.
 */

/**
 * @param {ParentNode} root
 * @param {string} address
 * @param {[first: number, longest: number]} [pauses] Milliseconds before asking again a server that had an error.
 * @returns {() => void} Ends it.
 */
export function showTurnout(root, address, [first, longest] = [2000, 60_000]) {
  /** @type {EventSource | undefined} */
  let source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let pause = first;

  function open() {
    source = new EventSource(address);
    source.addEventListener("turnout", ({ data }) => {
      pause = first;
      show(root, data);
    });
    source.onerror = () => {
      // The browser reconnects by itself unless the server answered with an error.
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, pause);
      pause = Math.min(2 * pause, longest);
    };
  }

  function close() {
    source?.close();
    clearTimeout(timer);
  }

  /** @param {PageTransitionEvent} event */
  function reopen({ persisted }) {
    if (persisted) open();
  }

  open();
  // An open stream would keep the page out of the back-forward cache.
  addEventListener("pagehide", close);
  addEventListener("pageshow", reopen);
  return () => {
    close();
    removeEventListener("pagehide", close);
    removeEventListener("pageshow", reopen);
  };
}

/** @param {ParentNode} root @param {string} data */
function show(root, data) {
  /** @type {Map<string, unknown>} */
  const texts = new Map(Object.entries(JSON.parse(data)));
  for (const element of root.querySelectorAll("[data-turnout]")) {
    const text = texts.get(element.getAttribute("data-turnout") ?? "");
    // Only changes, or a screen reader says everything again.
    if (typeof text === "string" && element.textContent !== text) element.textContent = text;
  }
}
