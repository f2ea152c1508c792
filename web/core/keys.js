// @ts-check
/**
 * What this device keeps in IndexedDB: keys, ballots on their way, receipts.
 *
 * A device has one key to sign in with, one more if its owner holds an office, and a stock of spare voting keys whose
 * public halves the server knows in advance. When a credential is issued for a spare key, the key is bound to it; every
 * poll gets its own, so that polls cannot be linked by key.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./note.js").Signer} Signer
 * @typedef {"sign_in" | "office"} Use
 *
 * @typedef {object} KeyRecord
 * @property {string} id The use, for the keys that a device has once, and `next/` before it until the server knows
 *   them; else the public key in base64.
 * @property {string} [device] Of a voting key: the sign-in key, in base64, of the enrolment that it came with.
 * @property {0 | 1} spare 1 while no credential has been issued for a voting key. (A boolean cannot be indexed.)
 * @property {string} [poll]
 * @property {number} [credential]
 * @property {import("./engine.js").Secret} secret
 * @property {Bytes} publicKey
 *
 * @typedef {object} BallotRecord
 * @property {string} poll
 * @property {number} credential
 * @property {number} seq Of the last ballot signed, not counting those refused for good; 0 before the first.
 * @property {string} [waiting] That ballot, whole, while nobody knows whether it was stored.
 *
 * @typedef {object} ReceiptRecord A receipt with what it takes to verify it without a network.
 * @property {string} poll
 * @property {number} credential
 * @property {number} seq
 * @property {number} [for_holder]
 * @property {string} receipt
 * @property {number} saved
 * @property {string} logKey
 * @property {string[]} witnesses
 * @property {number} [quorum] How many of them make it a witnessed one.
 * @property {string} title The poll's.
 */
import { toBase64 } from "./bytes.js";
import { Unsupported, engine, sign } from "./engine.js";

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

/**
 * @param {Use | "next/sign_in"} use
 * @returns {Promise<Signer | undefined>} Nothing after a change of phone or a clean-up of its data.
 * @throws {Unsupported}
 */
export async function findDeviceKey(use) {
  const record = await transact("keys", "readonly", (store) => store.get(use));
  return record && asSigner(record);
}

/**
 * The device's key for this use, made now if there is none.
 *
 * @param {Use} use
 * @returns {Promise<Signer>}
 * @throws {Unsupported}
 */
export async function makeDeviceKey(use) {
  const found = await findDeviceKey(use);
  if (found) return found;
  const made = await (await engine()).generate();
  // Another tab may have been faster; the first key stays.
  const record = await transact("keys", "readwrite", async (store) => {
    const first = await result(store.get(use));
    if (!first) store.add({ id: use, spare: 0, ...made });
    return first ?? made;
  });
  askToPersist();
  return asSigner(record);
}

/**
 * Makes voting keys until `count` of this enrolment are spare.
 *
 * @param {number} count
 * @returns {Promise<Bytes[]>} The public keys of all that are spare, to be registered with the server.
 * @throws {Unsupported}
 */
export async function fillStock(count) {
  const device = await findDeviceKey("sign_in");
  return stockOf(device && toBase64(device.publicKey), count);
}

/** @param {string | undefined} device @param {number} count @returns {Promise<Bytes[]>} */
export async function stockOf(device, count) {
  async function spares() {
    /** @type {KeyRecord[]} */
    const all = await transact("keys", "readonly", (store) => store.index("spare").getAll(1));
    return all.filter((record) => record.device === device);
  }
  const missing = count - (await spares()).length;
  const generator = await engine();
  for (let made = 0; made < missing; made += 1) {
    const pair = await generator.generate();
    const record = { id: toBase64(pair.publicKey), spare: 1, device, ...pair };
    await transact("keys", "readwrite", (store) => store.add(record));
  }
  askToPersist();
  return (await spares()).map(({ publicKey }) => publicKey);
}

/**
 * Notes that a credential has been issued for a voting key of this device.
 *
 * @param {Bytes} publicKey
 * @param {string} poll
 * @param {number} credential
 * @returns {Promise<boolean>} Whether the key is here, and bound to this credential now; each has but one of the other.
 * @throws {Unsupported}
 */
export function bindKey(publicKey, poll, credential) {
  return transact("keys", "readwrite", async (store) => {
    /** @type {KeyRecord | undefined} */
    const record = await result(store.get(toBase64(publicKey)));
    /** @type {KeyRecord | undefined} */
    const bound = await result(store.index("credential").get([poll, credential]));
    if (record && record.spare === 1 && !bound) {
      store.put({ ...record, spare: 0, poll, credential });
      return true;
    }
    return record !== undefined && record.id === bound?.id;
  });
}

/**
 * @param {string} poll
 * @param {number} credential
 * @returns {Promise<Signer | undefined>}
 * @throws {Unsupported}
 */
export async function votingKey(poll, credential) {
  const record = await transact("keys", "readonly", (store) => store.index("credential").get([poll, credential]));
  return record && asSigner(record);
}

/**
 * @param {string} poll
 * @param {number} credential
 * @returns {Promise<BallotRecord>}
 * @throws {Unsupported}
 */
export async function ballotOf(poll, credential) {
  const record = await transact("ballots", "readonly", (store) => store.get([poll, credential]));
  return record ?? { poll, credential, seq: 0 };
}

/**
 * Keeps a signed ballot before it is sent: browsers may sign the same text differently each time, and asking again
 * needs the same bytes.
 *
 * @param {BallotRecord & { waiting: string }} record
 * @returns {Promise<boolean>} False if another ballot of this credential still waits, from another tab perhaps.
 * @throws {Unsupported}
 */
export function holdBallot(record) {
  return transact("ballots", "readwrite", async (store) => {
    /** @type {BallotRecord | undefined} */
    const before = await result(store.get([record.poll, record.credential]));
    if (before && (before.waiting !== undefined || before.seq >= record.seq)) return false;
    store.put(record);
    return true;
  });
}

/**
 * The waiting ballot is in the log: keeps its receipt.
 *
 * @param {ReceiptRecord} record
 * @throws {Unsupported}
 */
export async function saveReceipt(record) {
  const { poll, credential, seq } = record;
  await transact("receipts", "readwrite", (store) => store.put(record));
  // Second, so that a crash in between costs no more than asking the server once again.
  await release(poll, credential, seq, { poll, credential, seq });
}

/**
 * The waiting ballot was refused and surely not stored: its number is free again.
 *
 * @param {string} poll
 * @param {number} credential
 * @param {number} seq
 * @throws {Unsupported}
 */
export const dropBallot = (poll, credential, seq) => release(poll, credential, seq, { poll, credential, seq: seq - 1 });

/** @param {string} poll @param {number} credential @param {number} seq @param {BallotRecord} next */
function release(poll, credential, seq, next) {
  return transact("ballots", "readwrite", async (store) => {
    const record = await result(store.get([poll, credential]));
    // Another tab may have gone on to the next ballot.
    if (record?.seq === seq) store.put(next);
  });
}

/** @param {Pick<KeyRecord, "secret" | "publicKey">} record @returns {Signer} */
export function asSigner({ secret, publicKey }) {
  return { publicKey, sign: (message) => sign(secret, message) };
}

/** Without this the browser may clean up when space is short. It may ask the user, so nothing waits for it. */
function askToPersist() {
  navigator.storage?.persist?.().catch(() => undefined);
}

/**
 * Runs `work` in one transaction and waits until its writes are on the disk.
 *
 * @param {"keys" | "ballots" | "receipts"} name
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest | Promise<any>} work
 * @returns {Promise<any>}
 * @throws {Unsupported}
 */
export async function transact(name, mode, work) {
  try {
    opened ??= openDatabase();
    const transaction = (await opened).transaction(name, mode, { durability: "strict" });
    const committed = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const value = work(transaction.objectStore(name));
    const [answer] = await Promise.all([value instanceof IDBRequest ? result(value) : value, committed]);
    return answer;
  } catch (cause) {
    opened = undefined;
    throw cause instanceof Unsupported ? cause : new Unsupported("no_storage", cause);
  }
}

/** @returns {Promise<IDBDatabase>} */
async function openDatabase() {
  if (!globalThis.indexedDB) throw new Unsupported("no_storage");
  const request = indexedDB.open("heyi", 1);
  request.onupgradeneeded = () => {
    const keys = request.result.createObjectStore("keys", { keyPath: "id" });
    keys.createIndex("spare", "spare");
    keys.createIndex("credential", ["poll", "credential"], { unique: true });
    request.result.createObjectStore("ballots", { keyPath: ["poll", "credential"] });
    request.result.createObjectStore("receipts", { keyPath: ["poll", "credential", "seq"] });
  };
  const database = await result(request);
  // A newer page in another tab must be able to upgrade.
  database.onversionchange = () => database.close();
  database.onclose = () => {
    opened = undefined;
  };
  return database;
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
