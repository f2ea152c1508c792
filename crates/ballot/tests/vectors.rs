//! The vectors that Rust and the browser share: made by an independent program from the text alone.

use std::{fmt::Debug, fs, path::Path};

use ballot::{
    hash::Hash,
    json,
    key::{KeyKind, SignerKey, VerifierKey},
    log::{self, CheckCode, Checkpoint, Receipt, Tree},
    note::Note,
    statement::Entry,
};
use serde_json::Value;

fn vectors(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|err| panic!("{}: {err}", path.display()));
    serde_json::from_str(&text).expect("vectors are JSON")
}

fn rows<'a>(vectors: &'a Value, name: &str) -> &'a Vec<Value> {
    let rows = vectors[name].as_array().unwrap_or_else(|| panic!("{name} is a list"));
    assert!(!rows.is_empty(), "{name} has rows");
    rows
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap_or_else(|| panic!("{name} is text in {row}"))
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
}

fn parse<T: std::str::FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap_or_else(|err| panic!("{text}: {err:?}"))
}

fn hashes(row: &Value) -> Vec<Hash> {
    row["proof"].as_array().expect("a proof").iter().map(|hash| parse(hash.as_str().expect("hex"))).collect()
}

/// The key that the vectors derive from a name.
fn test_key(name: &str) -> VerifierKey {
    let seed = Hash::of(format!("heyi test key v1\n{name}").as_bytes());
    SignerKey::from_seed(name, KeyKind::Ed25519, &seed.0).expect("a key name").public().clone()
}

#[test]
fn keys_have_the_ids_and_verifier_keys_of_their_names() {
    for row in rows(&vectors("notes.json"), "keys") {
        let key: VerifierKey = parse(text(row, "vkey"));
        assert_eq!(key.name(), text(row, "name"));
        assert_eq!(key.id().to_vec(), hex(text(row, "key_id")));
        assert_eq!(key.to_string(), text(row, "vkey"));
        let seed = hex(text(row, "seed")).try_into().expect("32 bytes");
        let signer = SignerKey::from_seed(key.name(), key.kind(), &seed).expect("a key name");
        assert_eq!(*signer.public(), key);
    }
}

#[test]
fn statements_have_one_encoding_and_verify() {
    let vectors = vectors("notes.json");
    let mut keys: Vec<VerifierKey> = rows(&vectors, "keys").iter().map(|row| parse(text(row, "vkey"))).collect();
    for row in rows(&vectors, "valid") {
        let note = text(row, "note");
        let entry = Entry::parse(note.as_bytes()).unwrap_or_else(|err| panic!("{err}: {note}"));
        assert_eq!(entry.statement.kind(), text(row, "type"));
        assert_eq!(entry.statement.text(), entry.text, "written again");
        assert_eq!(Hash::of(entry.text.as_bytes()).to_string(), text(row, "text_sha256"));
        assert_eq!(entry.leaf.to_string(), text(row, "leaf_hash"));
        assert_eq!(CheckCode::of(&entry.leaf).to_string(), text(row, "check_code"));
        let names: Vec<_> = entry.lines.iter().map(|line| line.name).collect();
        assert_eq!(Value::from(names), row["signers"]);
        for line in &entry.lines {
            keys.push(test_key(line.name));
            let is_signed = keys.iter().any(|key| line.is_signed(key, entry.text));
            assert!(is_signed, "{} signed {}", line.name, entry.text);
        }
    }
}

#[test]
fn what_bytes_alone_can_refuse_is_refused() {
    let vectors = vectors("notes.json");
    let keys: Vec<VerifierKey> = rows(&vectors, "keys").iter().map(|row| parse(text(row, "vkey"))).collect();
    for row in rows(&vectors, "invalid") {
        let (category, why) = (text(row, "category"), text(row, "reason"));
        let note = row
            .get("note_hex")
            .map_or_else(|| text(row, "note").as_bytes().to_vec(), |hex_note| hex(hex_note.as_str().expect("hex")));
        let parsed = Entry::parse(&note);
        match category {
            "note" | "text" | "shape" | "json" => assert!(parsed.is_err(), "{category}: {why}"),
            "poll" => assert!(parsed.is_ok(), "{why} is seen with the manifest only"),
            "signature" => {
                let entry = parsed.unwrap_or_else(|err| panic!("{why}: {err}"));
                let is_by_its_credential = |line: &ballot::note::SignatureLine<'_>| {
                    keys.iter().any(|key| key.name().ends_with("/credential/4") && line.is_signed(key, entry.text))
                };
                let is_alone = entry.lines.len() == 1;
                assert!(!(is_alone && entry.lines.iter().all(is_by_its_credential)), "{why}");
            }
            other => panic!("unknown category {other}"),
        }
    }
}

#[test]
fn json_is_canonical_or_refused() {
    for row in rows(&vectors("notes.json"), "json") {
        let input = match row.get("json_repeat").and_then(Value::as_array) {
            None => text(row, "json").to_owned(),
            Some(parts) => {
                let times = |at: usize| usize::try_from(parts[at].as_u64().expect("a number")).expect("small");
                let part = |at: usize| parts[at].as_str().expect("text");
                part(0).repeat(times(1)) + part(2) + &part(3).repeat(times(4))
            }
        };
        assert_eq!(json::check(&input).is_ok(), row["accept"], "{}", text(row, "why"));
    }
}

#[test]
fn strings_have_the_characters_of_unicode_15_and_no_invisible_ones() {
    let vectors = vectors("unicode15.json");
    let mut assigned = vec![false; 0x11_0000];
    // The file wraps its lines at blanks, and once after a hyphen.
    let lines: Vec<_> = rows(&vectors, "ranges").iter().map(|line| line.as_str().expect("text")).collect();
    let ranges = lines.join(" ").replace("- ", "-");
    for range in ranges.split_whitespace() {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let code = |text| usize::from_str_radix(text, 16).expect("hex");
        assigned[code(first)..=code(last)].fill(true);
    }
    let invisible = [0xAD..=0xAD, 0x61C..=0x61C, 0x180E..=0x180E, 0x200B..=0x200F, 0x2028..=0x202E, 0x2060..=0x206F];
    for character in '\0'..=char::MAX {
        let code = character as usize;
        let is_barred = character.is_control()
            || invisible.iter().any(|range| range.contains(&code))
            || code == 0xFEFF
            || (0xE_0000..=0xE_007F).contains(&code);
        assert_eq!(json::is_allowed(character), assigned[code] && !is_barred, "U+{code:04X}");
    }
}

#[test]
fn the_signature_rule_is_strict() {
    for row in rows(&vectors("ed25519_edge.json"), "rows") {
        let public = hex(text(row, "public"));
        let message = hex(text(row, "message"));
        let signature = hex(text(row, "signature"));
        let is_accepted = || {
            let key = VerifierKey::new("k", KeyKind::Ed25519, &public.clone().try_into().ok()?).ok()?;
            Some(key.is_signed(&message, &signature.clone().try_into().ok()?))
        };
        assert_eq!(is_accepted().unwrap_or(false), row["accept"], "{}", text(row, "why"));
    }
}

fn tree(size: u64) -> Tree {
    let mut tree = Tree::default();
    for leaf in 0..size {
        tree.append(log::leaf_hash(format!("heyi leaf {leaf}").as_bytes()));
    }
    tree
}

fn number(row: &Value, name: &str) -> u64 {
    row[name].as_u64().unwrap_or_else(|| panic!("{name} is a number in {row}"))
}

#[test]
fn roots_and_proofs_are_those_of_rfc_6962() {
    let vectors = vectors("merkle.json");
    let tree = tree(1000);
    let root = |size| tree.root(size).expect("within the tree");
    for row in rows(&vectors, "roots") {
        assert_eq!(root(number(row, "size")).to_string(), text(row, "root"));
        assert_eq!(self::tree(number(row, "size")).frontier().root().to_string(), text(row, "root"));
    }
    for row in rows(&vectors, "inclusion") {
        let (index, size) = (number(row, "index"), number(row, "size"));
        let proof = tree.inclusion_proof(index, size).expect("within the tree");
        assert_eq!(proof, hashes(row), "leaf {index} of {size}");
        let leaf = tree.node(0, index).expect("a leaf");
        assert_eq!(log::verify_inclusion(&leaf, index, size, &proof, &root(size)), Ok(()));
    }
    for row in rows(&vectors, "consistency") {
        let (from, to) = (number(row, "from_size"), number(row, "to_size"));
        let proof = tree.consistency_proof(from, to).expect("within the tree");
        assert_eq!(proof, hashes(row), "{from} to {to}");
        assert_eq!(log::verify_consistency(from, to, &root(from), &root(to), &proof), Ok(()));
    }
    for row in rows(&vectors, "invalid") {
        let other = |name: &str, size| row.get(name).and_then(Value::as_u64).unwrap_or(size);
        let is_refused = match text(row, "kind") {
            "inclusion" => {
                let (index, size) = (number(row, "index"), number(row, "size"));
                let claimed = row.get("leaf").map_or_else(
                    || tree.node(0, index).unwrap_or(Hash([0; 32])),
                    |leaf| {
                        leaf.as_u64().map_or_else(
                            || log::leaf_hash(leaf.as_str().expect("text").as_bytes()),
                            |leaf| tree.node(0, leaf).expect("a leaf"),
                        )
                    },
                );
                log::verify_inclusion(&claimed, index, size, &hashes(row), &root(other("root_of", size))).is_err()
            }
            "consistency" => {
                let (from, to) = (number(row, "from_size"), number(row, "to_size"));
                let roots = (root(other("from_root_of", from)), root(other("root_of", to)));
                log::verify_consistency(from, to, &roots.0, &roots.1, &hashes(row)).is_err()
            }
            kind => panic!("unknown kind {kind}"),
        };
        assert!(is_refused, "{}", text(row, "why"));
    }
}

#[test]
fn receipts_hold_or_are_refused() {
    let vectors = vectors("tlog_proof.json");
    let key: VerifierKey = parse(text(&vectors, "log_key"));
    for row in rows(&vectors, "valid") {
        let receipt = Receipt::parse(text(row, "receipt")).expect("a receipt");
        receipt.verify(&key).unwrap_or_else(|err| panic!("{}: {err}", text(row, "why")));
        assert_eq!(receipt.to_string(), text(row, "receipt"));
    }
    for row in rows(&vectors, "invalid") {
        let verdict = Receipt::parse(text(row, "receipt")).and_then(|receipt| receipt.verify(&key));
        assert!(verdict.is_err(), "{}", text(row, "why"));
    }
    for row in rows(&vectors, "check_codes") {
        assert_eq!(CheckCode::of(&parse(text(row, "leaf_hash"))).to_string(), text(row, "code"));
    }
    for row in rows(&vectors, "readings") {
        let code: Option<CheckCode> = text(row, "typed").parse().ok();
        assert_eq!(code.map(|code| code.to_string()).as_deref(), row["code"].as_str(), "{}", text(row, "typed"));
    }
}

#[test]
fn checkpoints_of_one_log_are_read_and_compared() {
    let vectors = vectors("compare.json");
    let key: VerifierKey = parse(text(&vectors, "log_key"));
    for row in rows(&vectors, "rows") {
        for side in ["a", "b"] {
            let opened = Checkpoint::open(text(row, side).as_bytes(), &key).expect("a checkpoint of this log");
            assert_eq!(opened.checkpoint.text(), opened.text);
        }
    }
}

/// The example of the signed-note specification.
#[test]
fn the_published_example_verifies() {
    let key: VerifierKey = parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    let note = concat!(
        "This is an example message.\n\n",
        "\u{2014} example.com/foo Uw2QOkn3srPHpyPB44BzdW1DXkX6fnIfqv8wN4tqp3LJW0Cs",
        "tEXRcd2R1Zwd2wvrLV5XaoWb4v8jB2UdwpmvTB1wAQs=\n"
    );
    let note = Note::parse(note.as_bytes());
    assert!(note.is_ok_and(|note| note.lines[0].is_by(&key)));
}
