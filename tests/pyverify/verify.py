#!/usr/bin/python3
"""Checks a log's checkpoint, a receipt and a consistency proof, from the public specifications alone.

Usage: verify.py DIR, which holds vkey, checkpoint, checkpoint.old (smaller), consistency (base64
hashes, one a line), receipt.tlog-proof, leaf (raw bytes) and, if checkpoint and receipt must be
cosigned, witness.vkey. Exit 0 if all hold.
Shares no code with the service: RFC 6962 hashes, C2SP signed-note, tlog-checkpoint, tlog-proof and
tlog-cosignature.
"""

import base64
import hashlib
import pathlib
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def read_key(vkey, kind=1):
    name, key_id, typed = vkey.strip().split("+", 2)
    typed = base64.b64decode(typed, validate=True)
    assert typed[0] == kind and len(typed) == 33, "an Ed25519 key of this kind"
    expected = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    assert expected.hex() == key_id, "the key id belongs to name and key"
    return name, expected, Ed25519PublicKey.from_public_bytes(typed[1:])


def open_checkpoint(note, key):
    name, key_id, public = key
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    signed = 0
    for line in lines.splitlines():
        dash, signer, encoded = line.split(" ")
        assert dash == "\u2014"
        raw = base64.b64decode(encoded, validate=True)
        if signer == name and raw[:4] == key_id:
            public.verify(raw[4:], text.encode())
            signed += 1
    assert signed == 1, "signed once by the log"
    origin, size, root = text.splitlines()
    assert origin == name
    return int(size), base64.b64decode(root, validate=True)


def cosigned_at(note, key):
    """When a witness cosigned, in Unix seconds."""
    name, key_id, public = key
    text, _, lines = note.rpartition("\n\n")
    for line in lines.splitlines():
        _, signer, encoded = line.split(" ")
        raw = base64.b64decode(encoded, validate=True)
        if signer == name and raw[:4] == key_id:
            time = int.from_bytes(raw[4:12], "big")
            public.verify(raw[12:], f"cosignature/v1\ntime {time}\n{text}\n".encode())
            return time
    raise AssertionError("cosigned by the witness")


def root_from_inclusion(leaf, index, size, proof):
    """RFC 9162 2.1.3.2, written as a walk from the leaf to the root."""
    digest, last = leaf, size - 1
    for sibling in proof:
        assert last > 0, "proof too long"
        if index % 2 == 1 or index == last:
            digest = node(sibling, digest)
            while index % 2 == 0 and index > 0:
                index, last = index >> 1, last >> 1
        else:
            digest = node(digest, sibling)
        index, last = index >> 1, last >> 1
    assert last == 0, "proof too short"
    return digest


def roots_from_consistency(old_size, old_root, new_size, proof):
    """RFC 9162 2.1.4.2: the two roots that the proof leads to."""
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    index, last = old_size - 1, new_size - 1
    while index % 2 == 1:
        index, last = index >> 1, last >> 1
    old = new = path.pop(0)
    for sibling in path:
        assert last > 0, "proof too long"
        if index % 2 == 1 or index == last:
            old, new = node(sibling, old), node(sibling, new)
            while index % 2 == 0 and index > 0:
                index, last = index >> 1, last >> 1
        else:
            new = node(new, sibling)
        index, last = index >> 1, last >> 1
    assert last == 0, "proof too short"
    return old, new


def main(folder):
    folder = pathlib.Path(folder)
    read = lambda name: (folder / name).read_text(encoding="utf-8")
    key = read_key(read("vkey"))
    size, root = open_checkpoint(read("checkpoint"), key)
    old_size, old_root = open_checkpoint(read("checkpoint.old"), key)
    print(f"checkpoints of {old_size} and {size} entries are signed by the log")
    if (folder / "witness.vkey").exists():
        witness = read_key(read("witness.vkey"), kind=4)
        receipt = read("receipt.tlog-proof").partition("\n\n")[2]
        print(f"cosigned at {cosigned_at(read('checkpoint'), witness)}, the receipt at {cosigned_at(receipt, witness)}")

    proof = [base64.b64decode(line, validate=True) for line in read("consistency").split()]
    assert roots_from_consistency(old_size, old_root, size, proof) == (old_root, root)
    print("the older tree is a prefix of the newer")

    head, _, checkpoint = read("receipt.tlog-proof").partition("\n\n")
    lines = head.splitlines()
    assert lines[0] == "c2sp.org/tlog-proof@v1" and lines[1].startswith("extra ")
    entry = base64.b64decode(lines[1][6:], validate=True)
    assert entry == (folder / "leaf").read_bytes(), "the receipt carries the ballot"
    index = int(lines[2].removeprefix("index "))
    path = [base64.b64decode(line, validate=True) for line in lines[3:]]
    receipt_size, receipt_root = open_checkpoint(checkpoint, key)
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    assert root_from_inclusion(leaf, index, receipt_size, path) == receipt_root
    forged = hashlib.sha256(b"\x00" + entry + b"!").digest()
    assert root_from_inclusion(forged, index, receipt_size, path) != receipt_root
    print(f"the ballot is entry {index}; a forged one is not")


if __name__ == "__main__":
    main(sys.argv[1])
    print("ALL OK")
