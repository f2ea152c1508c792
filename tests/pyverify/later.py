#!/usr/bin/python3
"""Makes tests/vectors/later.json: receipts, and what a log with witnesses says later.

Usage: later.py > tests/vectors/later.json. From the public specifications alone (RFC 6962, C2SP signed-note,
tlog-checkpoint, tlog-cosignature, tlog-proof); shares no code with the service. Ed25519 is deterministic, so the output is.
"""

import base64
import hashlib
import json
import struct

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

POLL = "0f2d7a5e-9c1b-4e3a-8f60-1d2c3b4a5968"
ORIGIN = f"vote.example/poll/{POLL}"
TIME = 1_800_000_000


class Key:
    def __init__(self, name, kind, seed):
        self.name, self.kind = name, kind
        self.secret = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        raw, form = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        self.typed = bytes([kind]) + self.secret.public_key().public_bytes(raw, form)
        self.id = hashlib.sha256(name.encode() + b"\n" + self.typed).digest()[:4]

    def vkey(self):
        return f"{self.name}+{self.id.hex()}+{b64(self.typed)}"

    def line(self, signature):
        return f"\u2014 {self.name} {b64(self.id + signature)}\n"

    def sign(self, text):
        return self.line(self.secret.sign(text.encode()))

    def cosign(self, text, time):
        return self.line(struct.pack(">Q", time) + self.secret.sign(f"cosignature/v1\ntime {time}\n{text}".encode()))


def b64(raw):
    return base64.b64encode(raw).decode()


def leaf_hash(leaf):
    return hashlib.sha256(b"\x00" + leaf).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


def inclusion(m, leaves):
    """RFC 6962 2.1.1, as it is written there."""
    n = len(leaves)
    if n == 1:
        return []
    k = split(n)
    if m < k:
        return inclusion(m, leaves[:k]) + [root(leaves[k:])]
    return inclusion(m - k, leaves[k:]) + [root(leaves[:k])]


def consistency(m, leaves, whole=True):
    """RFC 6962 2.1.2, as it is written there."""
    n = len(leaves)
    if m == n:
        return [] if whole else [root(leaves)]
    k = split(n)
    if m <= k:
        return consistency(m, leaves[:k], whole) + [root(leaves[k:])]
    return consistency(m - k, leaves[k:], False) + [root(leaves[:k])]


log = Key(ORIGIN, 1, 1)
other_log = Key(ORIGIN, 1, 9)
voter = Key(f"{ORIGIN}/credential/1", 1, 2)
witnesses = [Key("witness.example/office", 4, 3), Key("witness.example/street", 4, 4)]
stranger = Key("witness.example/stranger", 4, 5)


def ballot(choice):
    body = {"answers": {"lift": choice}, "credential": 1, "holder": 1, "manifest": "ab" * 32, "poll": POLL, "seq": 1}
    text = "heyi/ballot/v1\n" + json.dumps(body, separators=(",", ":"), sort_keys=True) + "\n"
    return (text + "\n" + voter.sign(text)).encode()


ENTRY = ballot("for")
ours = [leaf_hash(b"zero"), leaf_hash(ENTRY)] + [leaf_hash(bytes([n])) for n in range(2, 12)]
# Another history: the entry after the ballot was put in later.
forked = ours[:2] + [leaf_hash(b"smuggled")] + ours[2:]


def text_of(leaves, size):
    return f"{ORIGIN}\n{size}\n{b64(root(leaves[:size]))}\n"


def checkpoint(size, cosigners=(), leaves=ours, key=log, forge=False):
    text = text_of(leaves, size)
    lines = "".join(witness.cosign(text_of(leaves, size - 1) if forge else text, time) for witness, time in cosigners)
    return f"{text}\n{key.sign(text)}{lines}"


def receipt(size, cosigners=(), entry=ENTRY, key=log):
    head = ["c2sp.org/tlog-proof@v1", f"extra {b64(entry)}", "index 1"]
    proof = [b64(one) for one in inclusion(1, ours[:size])]
    return "\n".join(head + proof) + "\n\n" + checkpoint(size, cosigners, key=key)


def proven(old, size, cosigners=(), leaves=ours, key=log, forge=False):
    proof = [b64(one) for one in consistency(old, leaves[:size])]
    return {"checkpoint": checkpoint(size, cosigners, leaves, key, forge), "proof": proof}


both = [(witnesses[0], TIME + 5), (witnesses[1], TIME + 3)]
first = both[:1]
names = [witness.name for witness in witnesses]


def case(name, quorum, given, later, expected):
    return {"name": name, "quorum": quorum, "receipt": given, "later": later, "expected": expected}


def seen(count=2, time=TIME + 5):
    return {"names": names[:count], "time": time}


def fine(start, end, who=None):
    return {"from": start, "to": end, "seen": who}


plain = receipt(3)
short = proven(3, 8)
cases = [
    case("it has grown", 0, plain, short, fine(3, 8)),
    case("nothing was added", 0, plain, proven(3, 3), fine(3, 3)),
    case("one entry, a full tree since", 0, receipt(2), proven(2, 8), fine(2, 8)),
    case("both witnesses saw it", 2, plain, proven(3, 8, both), fine(3, 8, seen())),
    case("one was asked for, both signed", 1, plain, proven(3, 8, both), fine(3, 8, seen(2, TIME + 3))),
    case("one signed of two", 2, plain, proven(3, 8, first), fine(3, 8)),
    case("no witnesses in this vote", 0, plain, proven(3, 8, both), fine(3, 8)),
    case("a stranger does not count", 1, plain, proven(3, 8, [(stranger, TIME)]), fine(3, 8)),
    case("one witness twice is one", 2, plain, proven(3, 8, first + [(witnesses[0], TIME + 9)]), fine(3, 8)),
    case("the newest is not witnessed yet, an earlier one is", 2, plain, {**short, "witnessed": proven(3, 6, both)}, fine(3, 8, seen())),
    case("the receipt itself is witnessed", 2, receipt(3, both), short, fine(3, 8, seen())),
    case("another history", 0, plain, proven(3, 8, leaves=forked), "invalid"),
    case("another history, witnessed or not", 2, plain, proven(3, 8, both, forked), "invalid"),
    case("another tree of the same size", 0, plain, {"checkpoint": checkpoint(3, leaves=forked), "proof": []}, "invalid"),
    case("a proof left out", 0, plain, {**short, "proof": []}, "invalid"),
    case("a proof of other sizes", 0, plain, {**short, "proof": proven(4, 8)["proof"]}, "invalid"),
    case("a hash too many", 0, plain, {**short, "proof": short["proof"] + [b64(bytes(32))]}, "invalid"),
    case("the box has shrunk", 0, receipt(8), {"checkpoint": checkpoint(3), "proof": proven(3, 8)["proof"]}, "invalid"),
    case("another key", 0, plain, proven(3, 8, key=other_log), "invalid"),
    case("a receipt by another key", 0, receipt(3, key=other_log), short, "invalid"),
    case("a cosignature of something else", 2, plain, proven(3, 8, both, forge=True), "invalid"),
    case("a changed ballot", 0, receipt(3, entry=ballot("against")), short, "invalid"),
    case("the witnesses saw another history", 2, plain, {**short, "witnessed": proven(3, 6, both, forked)}, "invalid"),
]


def under(size, cosigners, leaves=ours):
    return {"checkpoint": checkpoint(size, cosigners, leaves), "proof": [b64(one) for one in inclusion(1, leaves[:size])]}


def upgrade(name, given, expected, quorum=2):
    return {"name": name, "quorum": quorum, "receipt": plain, "proven": given, "expected": expected}


upgrades = [
    upgrade("by both", under(6, both), {"receipt": receipt(6, both), "size": 6, "seen": seen()}),
    upgrade("by one of two", under(6, first), "invalid"),
    upgrade("a proof of another size", {**under(6, both), "proof": under(8, both)["proof"]}, "invalid"),
    upgrade("a tree without it", {**under(6, both, forked), "proof": under(6, both)["proof"]}, "invalid"),
]

document = {"logKey": log.vkey(), "witnesses": [witness.vkey() for witness in witnesses], "cases": cases, "upgrades": upgrades}
print(json.dumps(document, indent=1, ensure_ascii=True))
