// @ts-check
/**
 * The keys of an enrolment: made before the server knows them, this device's once it does.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./keys.js").Use} Use
 * @typedef {import("./note.js").Signer} Signer
 */
import { toBase64 } from "./bytes.js";
import { engine } from "./engine.js";
import { asSigner, result, stockOf, transact } from "./keys.js";

/**
 * Makes new keys to enrol with; those in use stay until `adoptKeys`, so that a refusal costs nothing. Asked again it
 * gives the same ones: nobody knows whether an enrolment without an answer went through.
 *
 * @param {Use[]} uses
 * @param {number} count Of voting keys.
 * @returns {Promise<{ signers: Signer[], voting: Bytes[] }>} One signer for each use.
 * @throws {Unsupported}
 */
export async function prepareKeys(uses, count) {
  const generator = await engine();
  const signers = [];
  for (const use of uses) {
    const made = await generator.generate();
    const record = await transact("keys", "readwrite", async (store) => {
      const first = await result(store.get(`next/${use}`));
      if (!first) store.add({ id: `next/${use}`, spare: 0, ...made });
      return first ?? made;
    });
    signers.push(asSigner(record));
  }
  const voting = count > 0 ? await stockOf(toBase64(signers[0].publicKey), count) : [];
  return { signers, voting };
}

/**
 * The server knows the prepared keys: they are the device's from now on.
 *
 * @throws {Unsupported}
 */
export function adoptKeys() {
  return transact("keys", "readwrite", async (store) => {
    for (const use of ["sign_in", "office"]) {
      const record = await result(store.get(`next/${use}`));
      if (!record) continue;
      store.put({ ...record, id: use });
      store.delete(record.id);
    }
  });
}
