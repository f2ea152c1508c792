/** What comes out of the printer: the PDF of a page, its text, its pages, its QR codes. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFile, mkdtemp, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** Milliseconds of one tool. */
const options = { timeout: 60_000, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
/** A4 in points, and how far it may be off. */
const A4 = [595, 842];

/** Prints a page as its reader would. @param {import("playwright-core").Page} page */
export async function printed(page, folder) {
  const place = await mkdtemp(path.join(folder, "print-"));
  const file = path.join(place, "page.pdf");
  // The style sheet says how large the paper is.
  await writeFile(file, await page.pdf({ preferCSSPageSize: true }));
  const text = execFileSync("pdftotext", ["-layout", file, "-"], options);
  const info = execFileSync("pdfinfo", [file], options);
  const [, pages] = /^Pages:\s+(\d+)/m.exec(info);
  const [, ...size] = /^Page size:\s+([\d.]+) x ([\d.]+)/m.exec(info).map(Number);
  execFileSync("pdftoppm", ["-r", "110", "-gray", file, path.join(place, "sheet")], options);
  if (process.env.HEYI_SHOTS) {
    const name = new URL(page.url()).pathname.replace(/[0-9a-f-]{36}/, "poll").replaceAll("/", "-");
    await copyFile(file, path.join(process.env.HEYI_SHOTS, `paper${name}.pdf`));
  }
  const pictures = (await readdir(place)).filter((name) => name.startsWith("sheet")).map((name) => path.join(place, name));
  return {
    text,
    /** Without blanks and line ends: long keys are broken over lines. */
    squeezed: text.replace(/\s/g, ""),
    codes: qrCodes(pictures),
    pages: Number(pages),
    /** Fails if it is not on A4, or on more pages than this. */
    async assertFits(most) {
      const isA4 = size.every((points, i) => Math.abs(points - A4[i]) < 3);
      assert.ok(isA4, `${page.url()} is printed on ${size.join(" × ")} points`);
      assert.ok(Number(pages) <= most, `${page.url()} takes ${pages} pages instead of ${most}`);
    },
  };
}

/** What a scanner reads on these pictures. It ends with 4 if there is nothing on some of them. */
function qrCodes(pictures) {
  const words = ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", ...pictures];
  const { status, stdout } = spawnSync("zbarimg", words, options);
  assert.ok([0, 4].includes(status), `zbarimg ends with ${status}`);
  return stdout.split("\n").filter(Boolean);
}

/** Whom each letter on a page is for, with the code and the address in its QR code. */
export async function letterCodes(page) {
  const origin = new URL(page.url()).origin;
  const letters = await page.locator("article.sheet").evaluateAll((sheets) =>
    sheets.map((sheet) => ({
      head: sheet.querySelector("h2").textContent,
      code: sheet.querySelector(".code").textContent.trim(),
    })),
  );
  return letters.map(({ head, code }) => ({ name: nameIn(head), code, address: `${origin}/enrol#${code}` }));
}

/** The name that a letter begins with: `王芳 收`. */
const nameIn = (head) => head.replace(/ 收$/, "").trim();
