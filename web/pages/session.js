// @ts-check
/**
 * Says in time that the session is about to end, and prolongs it at a press; the page stays as it is, with all that
 * was typed. Another tab that was used in between counts too.
 */
const WARN = 3 * 60_000;
const EVERY = 5_000;
const SHARED = "session until";

const box = document.getElementById("session");

/** @param {HTMLElement} place */
function watch(place) {
  const { left = "0", soon = "", keep = "", kept = "", ended = "", signIn = "", failed = "" } = place.dataset;
  let shown = "";
  share(Date.now() + Number(left) * 1000);

  /** Says something once, with what may be done about it. @param {string} state @param {string} text @param {HTMLElement} [action] */
  function say(state, text, action) {
    if (shown === state) return;
    shown = state;
    const line = document.createElement("p");
    line.textContent = text;
    place.replaceChildren(line, ...(action ? [action] : []));
    place.className = action ? "notice warn" : "notice";
  }

  async function prolong() {
    const headers = { Accept: "application/json" };
    const answer = await fetch("/session", { method: "POST", headers, credentials: "same-origin", cache: "no-store" }).catch(() => undefined);
    if (answer?.ok) {
      share(Date.now() + (await answer.json()).left * 1000);
      say("kept", kept);
    } else if (answer?.status === 401) {
      share(0);
    } else {
      say("failed", failed, button());
    }
    look();
  }

  function button() {
    const press = document.createElement("button");
    press.type = "button";
    press.className = "btn second";
    press.textContent = keep;
    press.addEventListener("click", prolong);
    return press;
  }

  function link() {
    const way = document.createElement("a");
    way.href = "/login";
    // This page stays open with what was typed; it goes on once the other one is signed in.
    way.target = "_blank";
    way.rel = "noopener";
    way.className = "btn second";
    way.textContent = signIn;
    return way;
  }

  function look() {
    const remains = until() - Date.now();
    if (remains <= 0) say("ended", ended, link());
    else if (remains > WARN) {
      if (shown !== "" && shown !== "kept") say("kept", kept);
    } else if (shown !== "failed") say("soon", soon, button());
  }

  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
}

let own = 0;

/** @param {number} time */
function share(time) {
  own = time;
  try {
    localStorage.setItem(SHARED, String(time));
  } catch {
    // A browser that keeps nothing has this tab alone.
  }
}

function until() {
  try {
    return Number(localStorage.getItem(SHARED) ?? own);
  } catch {
    return own;
  }
}

if (box) watch(box);
