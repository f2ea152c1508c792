// @ts-check
/**
 * The one ballot of a sitting at the service point. Its key is made when the ballot is cast, lives in this page alone and
 * is gone with it; nothing of the voter is written to the tablet.
 *
 * @typedef {import("../core/cast.js").Poll} Poll
 * @typedef {import("../core/cast.js").Choice} Choice
 * @typedef {import("../core/cast.js").Sent} Sent
 */
import { toBase64 } from "../core/bytes.js";
import { signBallot } from "../core/ballot.js";
import { sendBallot } from "../core/cast.js";
import { engine } from "../core/engine.js";
import { asSigner, findDeviceKey } from "../core/keys.js";
import { ask, part } from "./common.js";

/** @type {{ secret: import("../core/engine.js").Secret, publicKey: import("../core/bytes.js").Bytes } | undefined} */
let pair;
/** What was signed, once it was: whatever comes of the first try, the same bytes are sent again. @type {string | undefined} */
let signed;

/** Whether nobody has enrolled this tablet: whoever sits here must not be able to sign in as somebody else. */
export async function isFree() {
  return (await findDeviceKey("sign_in")) === undefined && (await findDeviceKey("office")) === undefined;
}

/**
 * Casts the ballot of this sitting.
 *
 * @param {Poll} poll
 * @param {Choice} choice Its credential is not known yet.
 * @param {number} _ The last number of a credential that is there already.
 * @param {import("../core/post.js").Options} options
 * @returns {Promise<Sent>}
 */
export async function castOnce(poll, choice, _, options) {
  if (signed === undefined) {
    pair ??= await (await engine()).generate();
    const issued = await ask("/sitting/key", { key: toBase64(pair.publicKey) }).catch(() => undefined);
    if (!issued || issued.status >= 500) return { answer: "unknown" };
    if (!issued.ok) return { answer: "refused", code: String(issued.body.code), settled: true };
    signed = await signBallot(poll.host, { ...choice, credential: Number(issued.body.credential), seq: 1 }, asSigner(pair));
  }
  // What was signed is sent until its fate is known: it is too late to change it.
  part("change").hidden = true;
  const sent = await sendBallot(poll, signed, options);
  // A ballot that was refused for good may be signed anew.
  if (sent.answer === "refused" && sent.settled) {
    signed = undefined;
    part("change").hidden = false;
  }
  if (sent.answer === "stored") pair = undefined;
  return sent;
}
