// @ts-check

/**
 * Makes a link save a text as a file.
 *
 * @param {HTMLAnchorElement} link
 * @param {string} name
 * @param {string} text
 */
export function offerFile(link, name, text) {
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
}
