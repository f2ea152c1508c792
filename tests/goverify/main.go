// Verifies a C2SP checkpoint, a tlog-proof and a consistency proof with code that none of us wrote:
// golang.org/x/mod/sumdb/note + sumdb/tlog. Usage: goverify DIR, which holds vkey, checkpoint, checkpoint.old (smaller),
// consistency (base64 hashes, one a line), receipt.tlog-proof, leaf (raw bytes) and, if checkpoint and receipt must be cosigned,
// witness.vkey.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func die(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		os.Exit(1)
	}
}

// cosigVerifier is a note.Verifier for c2sp.org/tlog-cosignature Ed25519 (type 0x04).
type cosigVerifier struct {
	name string
	hash uint32
	pk   ed25519.PublicKey
}

func newCosig(vkey string) *cosigVerifier {
	f := strings.SplitN(vkey, "+", 3)
	h, err := strconv.ParseUint(f[1], 16, 32)
	die(err)
	k, err := base64.StdEncoding.DecodeString(f[2])
	die(err)
	if len(k) != 33 || k[0] != 4 {
		die(fmt.Errorf("not a 0x04 vkey"))
	}
	d := sha256.Sum256(append([]byte(f[0]+"\n"), k...))
	if binary.BigEndian.Uint32(d[:4]) != uint32(h) {
		die(fmt.Errorf("bad key id"))
	}
	return &cosigVerifier{f[0], uint32(h), ed25519.PublicKey(k[1:])}
}
func (c *cosigVerifier) Name() string    { return c.name }
func (c *cosigVerifier) KeyHash() uint32 { return c.hash }
func (c *cosigVerifier) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	t := binary.BigEndian.Uint64(sig[:8])
	m := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", t)), msg...)
	return ed25519.Verify(c.pk, m, sig[8:])
}

func openCheckpoint(msg []byte, origin string, vs ...note.Verifier) tlog.Tree {
	n, err := note.Open(msg, note.VerifierList(vs...))
	die(err)
	l := strings.Split(n.Text, "\n")
	if len(l) != 4 || l[0] != origin {
		die(fmt.Errorf("bad checkpoint text %q", n.Text))
	}
	size, err := strconv.ParseInt(l[1], 10, 64)
	die(err)
	h, err := tlog.ParseHash(l[2])
	die(err)
	// Open passes over keys that nobody signed with: all that are asked for must have.
	for _, v := range vs {
		found := false
		for _, s := range n.Sigs {
			found = found || s.Name == v.Name() && s.Hash == v.KeyHash()
		}
		if !found {
			die(fmt.Errorf("no signature of %s", v.Name()))
		}
	}
	for _, s := range n.Sigs {
		fmt.Printf("  signature ok: %s %08x\n", s.Name, s.Hash)
	}
	return tlog.Tree{N: size, Hash: h}
}
func hashes(ls []string) (p []tlog.Hash) {
	for _, s := range ls {
		h, err := tlog.ParseHash(s)
		die(err)
		p = append(p, h)
	}
	return
}
func main() {
	rd := func(f string) []byte { b, err := os.ReadFile(os.Args[1] + "/" + f); die(err); return b }
	v, err := note.NewVerifier(strings.TrimSpace(string(rd("vkey"))))
	die(err)
	known := []note.Verifier{v}
	if b, err := os.ReadFile(os.Args[1] + "/witness.vkey"); err == nil {
		known = append(known, newCosig(strings.TrimSpace(string(b))))
	}
	new := openCheckpoint(rd("checkpoint"), v.Name(), known...)
	old := openCheckpoint(rd("checkpoint.old"), v.Name(), v)
	die(tlog.CheckTree(tlog.TreeProof(hashes(strings.Fields(string(rd("consistency"))))), new.N, new.Hash, old.N, old.Hash))
	fmt.Printf("consistency %d -> %d ok\n", old.N, new.N)

	pr := rd("receipt.tlog-proof")
	i := bytes.Index(pr, []byte("\n\n"))
	head := strings.Split(string(pr[:i]), "\n")
	if head[0] != "c2sp.org/tlog-proof@v1" {
		die(fmt.Errorf("bad header"))
	}
	if strings.HasPrefix(head[1], "extra ") { // not authenticated: only the leaf that it claims
		claimed, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(head[1], "extra "))
		die(err)
		if !bytes.Equal(claimed, rd("leaf")) {
			die(fmt.Errorf("the receipt carries another leaf"))
		}
		head = append(head[:1], head[2:]...)
	}
	idx, err := strconv.ParseInt(strings.TrimPrefix(head[1], "index "), 10, 64)
	die(err)
	t := openCheckpoint(pr[i+2:], v.Name(), known...)
	die(tlog.CheckRecord(tlog.RecordProof(hashes(head[2:])), t.N, t.Hash, idx, tlog.RecordHash(rd("leaf"))))
	fmt.Printf("inclusion of leaf %d in tree of %d ok\n", idx, t.N)
	if tlog.CheckRecord(tlog.RecordProof(hashes(head[2:])), t.N, t.Hash, idx, tlog.RecordHash([]byte("forged"))) == nil {
		die(fmt.Errorf("forged leaf accepted"))
	}
	fmt.Println("forged leaf rejected\nALL OK")
}
