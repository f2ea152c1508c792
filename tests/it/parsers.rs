//! Every parser of foreign bytes, fed some thousands of broken inputs: none panics, and what is taken is what was sent.
//!
//! The changes are drawn from hashes, so that a run is like the one before; fuzzing (`fuzz/README.md`) goes further.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use ballot::{
    bundle::Bundle,
    hash::Hash,
    log::{EntryBundle, Tree, leaf_hash},
    roll::{RollProof, RollProofs},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use heyi_tests::{
    parsers::{LOG_KEY, PARSERS},
    poll::poll_id,
};
use serde_json::Value;

/// Changes that each parser meets: as many as run in a few seconds.
const CHANGES: u64 = 2_000;

/// What parsers trip over.
const ODD: [&str; 24] = [
    "\0",
    "\n\n",
    "\r",
    "-1",
    "0",
    "18446744073709551616",
    "99999999999999999999999999999999999999999",
    "1e999999999",
    "1/0",
    "NaN",
    "\u{feff}",
    "\u{202e}",
    "\u{200b}",
    "、",
    "０",
    "㎡",
    "{",
    "[[[[[[[[",
    "\"",
    "\\ud800",
    "=",
    "+",
    "— ",
    "é\u{301}",
];

fn from_root(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn bytes_of(path: &str) -> Vec<u8> {
    fs::read(from_root(path)).unwrap()
}

fn vectors(file: &str) -> Value {
    serde_json::from_slice(&bytes_of(&format!("vectors/{file}.json"))).unwrap()
}

/// The texts under `field` in the rows under `list`.
fn texts(file: &str, list: &str, field: &str) -> Vec<Vec<u8>> {
    let vectors = vectors(file);
    let rows = vectors[list].as_array().unwrap();
    rows.iter().filter_map(|row| Some(row[field].as_str()?.as_bytes().to_vec())).collect()
}

fn words(words: &[&str]) -> Vec<Vec<u8>> {
    words.iter().map(|word| word.as_bytes().to_vec()).collect()
}

fn roll_proof(roll: &[u8]) -> Vec<u8> {
    let lines: Vec<_> = str::from_utf8(roll).unwrap().lines().collect();
    let mut tree = Tree::default();
    for line in &lines {
        tree.append(leaf_hash(line.as_bytes()));
    }
    let size = u64::try_from(lines.len()).unwrap();
    let proof = RollProof {
        amended: None,
        line: lines[2].to_owned(),
        proof: tree.inclusion_proof(2, size).unwrap(),
        record: r#"{"label":"|1|1|101","owners":["张伟明"],"source":"register"}"#.to_owned(),
        root: tree.root(size).unwrap(),
        salt: Hash([9; 32]),
        size,
        unit: 3.try_into().unwrap(),
    };
    serde_json::to_vec(&RollProofs::new(poll_id(1), vec![proof])).unwrap()
}

/// The sheet of a small roll: texts in place, a number, a merged cell.
fn sheet() -> Vec<u8> {
    let rows = [
        ["楼栋", "房号", "面积", "业主", "面积来源"],
        ["1", "101", "89.37", "张伟明、李秀英", "登记"],
        ["", "102", "68.42", "王芳", "登记"],
    ];
    let mut xml =
        String::from(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#);
    for (row, number) in rows.iter().zip(1..) {
        write!(xml, r#"<row r="{number}">"#).unwrap();
        for (cell, column) in row.iter().zip('A'..) {
            if cell.contains('.') {
                write!(xml, r#"<c r="{column}{number}"><v>{cell}</v></c>"#).unwrap();
            } else {
                write!(xml, r#"<c r="{column}{number}" t="inlineStr"><is><t>{cell}</t></is></c>"#).unwrap();
            }
        }
        xml.push_str("</row>");
    }
    xml.push_str(r#"</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells></worksheet>"#);
    xml.into_bytes()
}

/// Sound inputs of each parser: what is changed must have been worth reading.
fn sound() -> BTreeMap<&'static str, Vec<Vec<u8>>> {
    let tar = bytes_of("vectors/sample-small.tar");
    let bundle = Bundle::from_tar(tar.clone()).unwrap();
    let file = |path: &str| bundle.read(path, 1 << 20).unwrap().unwrap();
    let tile = file(bundle.paths().find(|path| path.starts_with("tile/entries/")).unwrap());
    let (roll, checkpoint) = (file("roll.jsonl"), file("checkpoint"));
    let entries: Vec<_> = EntryBundle::new(&tile).map(|entry| entry.unwrap().to_vec()).collect();
    let json = entries.iter().map(|entry| entry.split(|byte| *byte == b'\n').nth(1).unwrap().to_vec()).collect();
    let key = LOG_KEY.to_string();
    let request = [b"old 3\n".as_slice(), BASE64.encode([7; 32]).as_bytes(), b"\n\n", &checkpoint].concat();
    let policy = vectors("later")["witnesses"][0]
        .as_str()
        .map_or_else(String::new, |key| format!("witness a {key} https://w.example\ngroup all 1 a\nquorum all\n"));
    let question = format!(
        r#"{{"ask":"checkpoint","poll":"{}","old":0,"size":5,"root":"{}","proof":[]}}"#,
        poll_id(1),
        Hash([7; 32])
    );
    let rolls = ["clean-24.csv", "gbk.csv", "broken.csv", "property-export-messy.xlsx"];
    let cases = String::from_utf8(bytes_of("../crates/ballot/tests/cases.jsonl")).unwrap();
    let rules = ["cn.278.ordinary", "cn.election.committee", "base.meeting", "de.weg.21-2"];
    let line = |n: usize| format!("p{},s{},{}\n", n % 20, n % 9, n % 3);
    let votes =
        "participant,statement,vote\n".to_owned() + &(0..90).map(line).collect::<String>().replace(",2\n", ",-1\n");
    BTreeMap::from([
        ("bundle", vec![tar]),
        ("check_code", words(&["7K4P-9QXM-2RTD", "7k4p 9qxm 2rtd", "７K4P–9QXM—2RTD"])),
        ("checkpoint", vec![checkpoint]),
        (
            "config",
            words(&[
                "listen = \"127.0.0.1:8080\"\npublic-url = \"https://vote.example\"\nproxies = 1\nanchor-seconds = 60\n",
                "smtp = \"smtps://mail.example:465\"\nmail-from = \"a@b.example\"\nmetrics = \"127.0.0.1:9100\"\n",
            ]),
        ),
        ("entries", vec![tile]),
        (
            "form",
            words(&[
                "--x\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\n灯坏了\r\n--x\r\ncontent-disposition: form-data; \
                 name=\"files\"; filename=\"a.png\"\r\ncontent-type: image/png\r\n\r\n\u{89}PNG\r\n--x--\r\n",
            ]),
        ),
        ("json", json),
        (
            "markdown",
            words(&[
                "# 方案\n\n- 一\n  - [网站](https://example.org) **粗** _斜_\n\n> 引\n\n|a|b|\n|-|-|\n|1|<b>2</b>|\n",
                "<script>x</script>[a](javascript:b)![c](data:d)",
            ]),
        ),
        ("note", entries.clone()),
        (
            "official_result",
            words(&[
                "motion,building,class,heads,units,area\nm1,,for,12,13,1234.56\nm1,3,against,1,,\nm1,,passed,,,\n",
                r#"{"rows":[{"motion":"m1","class":"for","heads":"12"}]}"#,
            ]),
        ),
        ("opinion_votes", vec![votes.into_bytes()]),
        ("picture", vec![bytes_of("it/web/pixel.png")]),
        ("receipt", texts("tlog_proof", "valid", "receipt")),
        ("roll", vec![roll.clone()]),
        ("roll_file", rolls.map(|name| bytes_of(&format!("rolls/{name}"))).to_vec()),
        ("roll_proof", vec![roll_proof(&roll)]),
        ("roll_sheet", vec![sheet()]),
        ("rule_case", cases.lines().step_by(7).take(40).map(|line| line.as_bytes().to_vec()).collect()),
        ("rule_file", rules.map(|rule| bytes_of(&format!("../crates/ballot/rules/{rule}.toml"))).to_vec()),
        ("signer_question", vec![question.into_bytes()]),
        ("statement", entries),
        ("tile_path", words(&["tile/0/x001/x234/067.p/8", "tile/entries/000", "texts/00", "rules/cn.base.toml"])),
        ("vkey", vec![key.into_bytes()]),
        ("witness", vec![request, policy.into_bytes()]),
    ])
}

/// Numbers drawn from a seed.
struct Drawn(Hash, usize);

impl Drawn {
    fn below(&mut self, most: usize) -> usize {
        if self.1 == 24 {
            *self = Self(Hash::of(&self.0.0), 0);
        }
        let part = self.0.0[self.1..self.1 + 8].try_into().unwrap();
        self.1 += 8;
        usize::try_from(u64::from_be_bytes(part) % u64::try_from(most.max(1)).unwrap()).unwrap()
    }
}

/// One change, of the kinds that accidents and malice make.
fn change(bytes: &mut Vec<u8>, other: &[u8], drawn: &mut Drawn) {
    let (from, to) = (drawn.below(bytes.len() + 1), drawn.below(bytes.len() + 1));
    let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 64));
    match drawn.below(7) {
        0 | 1 if !bytes.is_empty() => {
            let at = drawn.below(bytes.len());
            bytes[at] ^= 1 << drawn.below(8);
        }
        2 => drop(bytes.drain(from..to)),
        3 => drop(bytes.splice(from..from, bytes[from..to].to_vec())),
        4 => drop(bytes.splice(from..to, other.iter().copied().skip(drawn.below(other.len())).take(64))),
        5 => bytes.truncate(to.max(drawn.below(bytes.len() + 1))),
        _ => drop(bytes.splice(from..from, ODD[drawn.below(ODD.len())].bytes())),
    }
}

/// Feeds one parser.
fn feed(name: &str, read: fn(&[u8]), sound: &[Vec<u8>]) {
    for bytes in sound {
        read(bytes);
    }
    read(b"");
    let heavy = sound.iter().map(Vec::len).max().unwrap() / 4096;
    let changes = CHANGES / u64::try_from(1 + heavy).unwrap();
    for number in 0..changes.max(200) {
        let mut drawn = Drawn(Hash::of(format!("{name} {number}").as_bytes()), 0);
        let mut bytes = sound[drawn.below(sound.len())].clone();
        let other = &sound[drawn.below(sound.len())];
        for _ in 0..=drawn.below(4) {
            change(&mut bytes, other, &mut drawn);
        }
        read(&bytes);
    }
}

#[test]
fn nothing_that_strangers_send_makes_a_parser_panic() {
    let sound = sound();
    assert!(sound.keys().copied().eq(PARSERS.iter().map(|(name, _)| *name)));
    for (name, read) in PARSERS {
        feed(name, read, &sound[name]);
    }
}

#[test]
fn every_parser_has_a_fuzz_target() {
    let manifest = fs::read_to_string(from_root("../fuzz/Cargo.toml")).unwrap();
    let targets: Vec<_> = fs::read_dir(from_root("../fuzz/fuzz_targets")).unwrap().collect();
    assert_eq!(targets.len(), PARSERS.len());
    for (name, _) in PARSERS {
        let target = fs::read_to_string(from_root(&format!("../fuzz/fuzz_targets/{name}.rs"))).unwrap();
        assert!(target.contains(&format!("parsers::{name}(bytes)")), "{name}");
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
    }
}
