// @ts-check
/** Reads a part of the page aloud, where the browser can; a second press stops it. */
const PAUSES = /(?<=[。！？；!?;\n]|\.\s)/u;
const MOST = 180;

const voice = globalThis.speechSynthesis;
/** The button whose part is being read. @type {HTMLElement | undefined} */
let reading;

/** What a part says, without what is folded away or can be pressed. @param {Element} root */
function textOf(root) {
  const lines = [...root.querySelectorAll("h2, h3, h4, p, li, td, th")];
  const spoken = lines.filter((line) => !line.closest("details, button, .attachment") && !line.querySelector("p, li, button"));
  return spoken.map((line) => line.textContent?.trim() ?? "").filter(Boolean).join("\n");
}

/** Browsers stop in the middle of long texts: sentences, and pieces of long ones. @param {string} text */
function pieces(text) {
  return text
    .split(PAUSES)
    .flatMap((sentence) => sentence.match(new RegExp(`.{1,${MOST}}`, "gsu")) ?? [])
    .map((piece) => piece.trim())
    .filter(Boolean);
}

function stop() {
  voice.cancel();
  if (reading) reading.textContent = reading.dataset.read ?? "";
  reading = undefined;
}

/** @param {HTMLElement} button @param {Element} part */
function start(button, part) {
  stop();
  reading = button;
  button.textContent = button.dataset.stop ?? "";
  const all = pieces(textOf(part));
  all.forEach((piece, place) => {
    const words = new SpeechSynthesisUtterance(piece);
    // The motion is in the language it was written in, whatever the page's is.
    words.lang = /\p{Script=Han}/u.test(piece) ? "zh-CN" : "en";
    words.rate = 0.9;
    const isLast = place === all.length - 1;
    words.addEventListener("end", () => isLast && reading === button && stop());
    words.addEventListener("error", () => reading === button && stop());
    voice.speak(words);
  });
  if (all.length === 0) stop();
}

if (voice && "SpeechSynthesisUtterance" in globalThis) {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-speak]"))) {
    const part = document.getElementById(button.dataset.speak ?? "");
    if (!part) continue;
    button.addEventListener("click", () => (reading === button ? stop() : start(button, part)));
    const line = button.closest("p");
    if (line) line.hidden = false;
  }
  addEventListener("pagehide", stop);
}
