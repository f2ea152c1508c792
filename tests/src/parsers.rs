//! Every parser that reads what strangers send, and what must hold of whatever it takes.
//!
//! The fuzz targets in `fuzz/` call these, one each; `tests/it/parsers.rs` feeds them some thousands of broken inputs in every
//! run. None may panic, whatever the bytes are: whatever panics here is a fault of the parser.

#![allow(clippy::missing_panics_doc)] // said above, of all of them

use std::{
    io::{Cursor, Write as _},
    num::NonZeroUsize,
    sync::LazyLock,
};

use ballot::{
    audit::audit,
    beside::OfficialFile,
    bundle::{Bundle, BundlePath},
    hash::Hash,
    json,
    key::{KeyKind, SignerKey, VerifierKey},
    log::{CheckCode, Checkpoint, EntryBundle, Receipt, TileId},
    note::{Note, compose},
    roll::{Roll, RollProofs},
    rule::{RuleBook, case::Case},
    signer::Question,
    statement::{Entry, Motion},
    witness::{Policy, Request},
};
use deliberation::opinion::{self, Grouping, Standing};
use heyi::{import, parsers};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A parser by the name of its fuzz target.
pub type Parser = (&'static str, fn(&[u8]));

/// All of them.
pub const PARSERS: [Parser; 24] = [
    ("bundle", bundle),
    ("check_code", check_code),
    ("checkpoint", checkpoint),
    ("config", config),
    ("entries", entries),
    ("form", form),
    ("json", json),
    ("markdown", markdown),
    ("note", note),
    ("official_result", official_result),
    ("opinion_votes", opinion_votes),
    ("picture", picture),
    ("receipt", receipt),
    ("roll", roll),
    ("roll_file", roll_file),
    ("roll_proof", roll_proof),
    ("roll_sheet", roll_sheet),
    ("rule_case", rule_case),
    ("rule_file", rule_file),
    ("signer_question", signer_question),
    ("statement", statement),
    ("tile_path", tile_path),
    ("vkey", vkey),
    ("witness", witness),
];

/// The key of the log of `tests/vectors/sample-small.tar`.
pub static LOG_KEY: LazyLock<VerifierKey> = LazyLock::new(|| {
    let name = "vote.example.org/poll/cd5481b2-8b85-4990-827e-9932c69c1260";
    let seed = Hash::of(format!("heyi test key v1\n{name}").as_bytes());
    SignerKey::from_seed(name, KeyKind::Ed25519, &seed.0).expect("a key's name").public().clone()
});

/// What an official result is about.
static MOTIONS: LazyLock<Vec<Motion>> = LazyLock::new(|| {
    let motion = concat!(
        r#"[{"choices":["for","against","abstain"],"id":"m1","rule":"cn.278.ordinary","#,
        r#""rule_sha256":"0000000000000000000000000000000000000000000000000000000000000000","#,
        r#""text_sha256":"0000000000000000000000000000000000000000000000000000000000000000","title":"t"}]"#,
    );
    serde_json::from_str(motion).expect("motions")
});

/// A poll's whole record as a tar: written again byte for byte, and audited.
pub fn bundle(bytes: &[u8]) {
    let Ok(bundle) = Bundle::from_tar(bytes.to_vec()) else { return };
    let mut again = Vec::new();
    bundle.write_tar(&mut again).expect("memory takes it");
    assert_eq!(again, bytes);
    let _ = audit(&bundle, &LOG_KEY, NonZeroUsize::MIN);
}

/// A check code as people type it.
pub fn check_code(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(code) = text.parse::<CheckCode>() {
        assert_eq!(code.to_string().parse(), Ok(code));
    }
}

/// A checkpoint, and whom its lines are by.
pub fn checkpoint(bytes: &[u8]) {
    if let Ok(note) = Note::parse(bytes)
        && let Ok(checkpoint) = Checkpoint::parse_text(note.text)
    {
        assert_eq!(checkpoint.text(), note.text);
    }
    if let Ok(opened) = Checkpoint::open(bytes, &LOG_KEY) {
        for line in &opened.lines {
            let _ = line.cosigned_at(&LOG_KEY, opened.text);
        }
    }
}

/// The service's settings: what is read names an origin.
pub fn config(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(config) = parsers::config("heyi.toml".into(), text) {
        assert!(config.origin.starts_with("http"));
    }
}

/// A form with files: what is kept of it has bounds.
pub fn form(bytes: &[u8]) {
    if let Some((fields, files)) = parsers::form(bytes) {
        assert!(fields.len() <= 30 && files <= 4);
    }
}

/// Entries in a row, as tiles hold them.
pub fn entries(bytes: &[u8]) {
    let mut again = Vec::new();
    for entry in EntryBundle::new(bytes) {
        let Ok(entry) = entry else { return };
        EntryBundle::push(&mut again, entry);
    }
    assert_eq!(again, bytes);
}

/// Canonical JSON: what is read is what a canonical writer writes.
pub fn json(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(value) = json::read::<serde_json::Value>(text) {
        assert_eq!(json::write(&value), text);
    }
}

/// A text in Markdown: nothing in its HTML can do anything.
pub fn markdown(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(html) = parsers::markdown(text) {
        let html = html.to_lowercase();
        for tag in ["<script", "<img", "<iframe", "<style", "<svg", "<form", "<object", "<base"] {
            assert!(!html.contains(tag), "{html}");
        }
    }
}

/// A signed note: what is read is written again as it was, its lines in order of name.
pub fn note(bytes: &[u8]) {
    if let Ok(note) = Note::parse(bytes)
        && note.lines.is_sorted_by(|a, b| a.name <= b.name)
    {
        assert_eq!(compose(note.text, &note.lines).as_bytes(), bytes);
    }
}

/// The result that another system gave.
pub fn official_result(bytes: &[u8]) {
    let _ = OfficialFile::parse(bytes, &MOTIONS);
}

/// A table of votes on statements: what is read can be mapped.
pub fn opinion_votes(bytes: &[u8]) {
    if let Ok(reactions) = parsers::opinion_votes(bytes.to_vec()) {
        let _ = opinion::map(&reactions, Grouping::Found(&Standing::default()));
    }
}

/// A photo: made anew as a JPEG, or refused.
pub fn picture(bytes: &[u8]) {
    if let Some(made) = parsers::picture(bytes) {
        assert!(made.starts_with(b"\xff\xd8\xff"));
    }
}

/// A receipt: written again as it was.
pub fn receipt(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(receipt) = Receipt::parse(text) {
        assert_eq!(receipt.to_string(), text);
        receipt.check_code();
        let _ = receipt.verify(&LOG_KEY);
    }
}

/// A poll's roll: written again as it was.
pub fn roll(bytes: &[u8]) {
    if let Ok(roll) = Roll::parse(bytes) {
        assert_eq!(roll.to_jsonl().as_bytes(), bytes);
        roll.totals();
    }
}

/// A spreadsheet of owners, of any kind: what may be applied comes back from an export.
pub fn roll_file(bytes: &[u8]) {
    let Ok(preview) = import::read("roll", bytes) else { return };
    if preview.may_apply() {
        let again = import::to_csv(&preview.register);
        let again = import::read("roll.csv", &again).expect("what is exported is a roll");
        assert_eq!(again.figures.totals.area_centi, preview.figures.totals.area_centi);
        assert_eq!(again.figures.totals.units, preview.figures.totals.units);
    }
}

/// An owner's proof of the roll.
pub fn roll_proof(bytes: &[u8]) {
    let Ok(file) = RollProofs::parse(bytes) else { return };
    for proof in &file.proofs {
        let _ = proof.verify();
    }
}

/// The sheet inside a spreadsheet, which an archive's checksum would hide from what changes bytes at random.
pub fn roll_sheet(bytes: &[u8]) {
    roll_file(&workbook(bytes));
}

/// A workbook with this as its one sheet.
pub fn workbook(sheet: &[u8]) -> Vec<u8> {
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let book = format!(
        r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>"#
    );
    let links = format!(
        r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
    );
    let root = format!(
        r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let files: [(&str, &[u8]); 4] = [
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(name, SimpleFileOptions::default()).expect("memory takes it");
        archive.write_all(content).expect("memory takes it");
    }
    archive.finish().expect("memory takes it").into_inner()
}

/// A rule's case.
pub fn rule_case(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(case) = Case::parse(text) {
        let _ = case.decide(RuleBook::embedded());
    }
}

/// A rule: what is read can be resolved.
pub fn rule_file(bytes: &[u8]) {
    if let Ok(book) = RuleBook::parse([("x.toml", bytes)]) {
        for name in book.votable() {
            book.rounds(name).expect("what is read can be resolved");
        }
    }
}

/// What a server asks of its signer.
pub fn signer_question(bytes: &[u8]) {
    if let Ok(Question::Checkpoint(extension)) = serde_json::from_slice(bytes) {
        let last = Checkpoint { origin: LOG_KEY.name().to_owned(), size: extension.old, root: extension.root };
        let _ = extension.decide(&LOG_KEY, &last);
        let _ = extension.begins(&LOG_KEY);
    }
}

/// A statement, which has one encoding.
pub fn statement(bytes: &[u8]) {
    if let Ok(entry) = Entry::parse(bytes) {
        assert_eq!(entry.statement.text(), entry.text);
    }
    let _ = Entry::parse_first(bytes);
}

/// The path of a tile, or of any file of a bundle.
pub fn tile_path(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Some(tile) = TileId::parse(text) {
        assert_eq!(tile.to_string(), text);
    }
    if let Some(path) = BundlePath::parse(text) {
        assert_eq!(path.to_string(), text);
    }
}

/// A verifier key: written again as it was.
pub fn vkey(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text);
    }
}

/// What a log asks of a witness, and the file that says whom to ask.
pub fn witness(bytes: &[u8]) {
    if let Ok(request) = Request::parse(bytes)
        && request.origin().is_ok()
    {
        let _ = request.decide(&LOG_KEY, None);
    }
    if let Ok(text) = str::from_utf8(bytes)
        && let Ok(policy) = Policy::parse(text)
    {
        assert!(policy.quorum <= policy.witnesses.len());
    }
}
