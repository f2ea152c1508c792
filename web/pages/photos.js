// @ts-check
/**
 * Makes photos small before they are sent: as a phone takes them they need minutes on a weak line, and say where they were
 * taken. Without this script, or where a picture cannot be drawn, they go as they are.
 */
/** The longer side, in pixels; the server's is the same. */
const SIDE = 1600;
const QUALITY = 0.82;

/** @param {File} file @returns {Promise<File>} The file itself if there is nothing to gain. */
async function small(file) {
  if (!file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const context = canvas.getContext("2d");
    if (!context) return file;
    // What is see-through lies on white.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    /** @type {Blob | null} */
    const drawn = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return drawn && drawn.size < file.size ? new File([drawn], "photo.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}

/** One after the other: a decoded photo takes a hundred megabytes. @param {HTMLInputElement} input */
async function shrink(input) {
  const chosen = new DataTransfer();
  for (const file of input.files ?? []) chosen.items.add(await small(file));
  input.files = chosen.files;
}

for (const input of document.querySelectorAll('input[type="file"][data-photos]')) {
  if (!(input instanceof HTMLInputElement) || !input.form) continue;
  const { form } = input;
  /** What is being made small. @type {Promise<void> | undefined} */
  let pending;
  input.addEventListener("change", () => {
    pending = shrink(input).finally(() => (pending = undefined));
  });
  form.addEventListener("submit", (event) => {
    if (!pending) return;
    event.preventDefault();
    const { submitter } = /** @type {SubmitEvent} */ (event);
    pending.then(() => form.requestSubmit(submitter));
  });
}
