//! Builds bundles: a script of what is said, by whom, that a test changes before it is signed.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    bundle::{README, TarWriter},
    hash::Hash,
    key::{KeyKind, SignerKey, VerifierKey},
    log::{Checkpoint, EntryBundle, TILE_WIDTH, TileId, TileKind, Tree, leaf_hash, tiles_of},
    note,
    roll::Roll,
    rule::RuleBook,
    state::State,
    statement::{Entry, Statement},
    tally::Count,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Map, Value, json};

pub const HOST: &str = "vote.example.org";
pub const POLL: &str = "3b241101-e2bb-4255-8caf-4136c566a962";
pub const OPENS: u64 = 1_800_000_000;
pub const CLOSES: u64 = OPENS + 700_000;

/// The key of a name, as the vectors derive it.
pub fn key(name: &str) -> SignerKey {
    let kind = if name.starts_with("witness") { KeyKind::Cosignature } else { KeyKind::Ed25519 };
    let seed = Hash::of(format!("heyi test key v1\n{name}").as_bytes());
    SignerKey::from_seed(name, kind, &seed.0).expect("a key's name")
}

pub fn vkey(name: &str) -> String {
    key(name).public().to_string()
}

pub fn officer(number: u64) -> String {
    format!("{HOST}/officer/{number}")
}

pub fn clerk(number: u64) -> String {
    format!("{HOST}/clerk/{number}")
}

pub fn registrar() -> String {
    format!("{HOST}/registrar")
}

pub fn log_name() -> String {
    format!("{HOST}/poll/{POLL}")
}

pub fn credential_key(number: u64) -> String {
    format!("{HOST}/poll/{POLL}/credential/{number}")
}

pub fn witness(number: u64) -> String {
    format!("witness{number}.example/w")
}

pub fn log_key() -> VerifierKey {
    key(&log_name()).public().clone()
}

pub fn hash(text: &str) -> String {
    Hash::of(text.as_bytes()).to_string()
}

/// A statement before it is signed. `poll`, `manifest` and what must fit the log (a close's tree, an
/// anchor's checkpoint, a result's figures) are filled in where they are left out.
#[derive(Debug, Clone)]
pub struct Said {
    pub label: &'static str,
    pub kind: &'static str,
    pub body: Value,
    pub signers: Vec<String>,
    /// The anchor's size (its own index if left out), time and witnesses.
    pub anchor: (Option<u64>, u64, Vec<String>),
    /// Changes the signed bytes.
    pub spoil: Option<fn(String) -> String>,
}

pub fn said(label: &'static str, kind: &'static str, body: Value, signers: &[String]) -> Said {
    Said { label, kind, body, signers: signers.to_vec(), anchor: (None, CLOSES + 60, vec![witness(1)]), spoil: None }
}

/// A poll before it is signed.
#[derive(Debug, Clone)]
pub struct Script {
    /// The manifest; `roll` and the motions' hashes are filled in where they are left out.
    pub manifest: Value,
    pub manifest_signers: Vec<String>,
    pub roll: Vec<Value>,
    pub said: Vec<Said>,
    pub texts: Vec<String>,
    /// Rule files beside those that the manifest's rules need.
    pub rules: BTreeMap<String, String>,
    /// Who cosigns the last checkpoint.
    pub cosigners: Vec<(String, u64)>,
    /// Changes the result's `results`.
    pub results: Option<fn(&mut Value)>,
}

pub type Files = BTreeMap<String, Vec<u8>>;

impl Script {
    /// The statement of a label.
    pub fn at(&mut self, label: &str) -> &mut Said {
        self.said.iter_mut().find(|said| said.label == label).unwrap_or_else(|| panic!("no {label}"))
    }

    /// The body of the statement of a label.
    pub fn body(&mut self, label: &str) -> &mut Map<String, Value> {
        self.at(label).body.as_object_mut().expect("an object")
    }

    /// The index that the statement of a label will have.
    pub fn index(&self, label: &str) -> u64 {
        let place = self.said.iter().position(|said| said.label == label);
        place.unwrap_or_else(|| panic!("no {label}")) as u64 + 1
    }

    pub fn remove(&mut self, label: &str) {
        self.said.retain(|said| said.label != label);
    }

    pub fn before(&mut self, label: &str, said: Said) {
        let place = usize::try_from(self.index(label) - 1).expect("small");
        self.said.insert(place, said);
    }

    pub fn after(&mut self, label: &str, said: Said) {
        let place = usize::try_from(self.index(label)).expect("small");
        self.said.insert(place, said);
    }

    /// The files of the bundle.
    pub fn build(&self) -> Files {
        let mut files = Files::new();
        let mut book: BTreeMap<String, String> = BTreeMap::new();
        let mut manifest = self.manifest.clone();
        let roll = self.roll.iter().fold(String::new(), |text, line| text + &canonical(line) + "\n");
        if manifest.get("roll").is_none() {
            let totals = Roll::parse(roll.as_bytes()).expect("a roll").totals();
            manifest["roll"] = serde_json::to_value(totals).expect("JSON");
        }
        for motion in manifest["motions"].as_array_mut().expect("motions") {
            let rule: ballot::id::RuleName = motion["rule"]
                .as_str()
                .unwrap_or("x")
                .parse()
                .unwrap_or_else(|_| "cn.278.ordinary".parse().expect("a name"));
            let rules = RuleBook::embedded();
            for name in rules.closure(&rule).unwrap_or_default() {
                book.insert(name.to_string(), rules.text(&name).expect("a text").to_owned());
            }
            if motion.get("rule_sha256").is_none() {
                motion["rule_sha256"] = json!(rules.digest(&rule).expect("a rule"));
            }
        }
        book.extend(self.rules.clone());
        let signers: Vec<_> = self.manifest_signers.iter().map(|name| key(name)).collect();
        let text = format!("heyi/poll/v1\n{}\n", canonical(&manifest));
        let manifest_hash = Hash::of(text.as_bytes());
        let mut log = vec![note::sign(&text, &signers.iter().collect::<Vec<_>>())];
        let mut tree = Tree::default();
        tree.append(leaf_hash(log[0].as_bytes()));
        for said in &self.said {
            let bytes = self.say(said, &manifest_hash, &log, &tree, roll.as_bytes());
            tree.append(leaf_hash(bytes.as_bytes()));
            log.push(bytes);
        }
        files.insert("roll.jsonl".to_owned(), roll.into_bytes());
        files.insert("README.txt".to_owned(), README.as_bytes().to_vec());
        for text in &self.texts {
            files.insert(format!("texts/{}", hash(text)), text.clone().into_bytes());
        }
        for (name, text) in book {
            files.insert(format!("rules/{name}.toml"), text.into_bytes());
        }
        put_log(&mut files, &log, &tree);
        let checkpoint = checkpoint(&tree, tree.size());
        let cosigned = self.cosigners.iter().map(|(name, time)| note::cosign(&checkpoint.0, &key(name), *time));
        files.insert("checkpoint".to_owned(), (checkpoint.1 + &cosigned.collect::<String>()).into_bytes());
        files
    }

    fn say(&self, said: &Said, manifest: &Hash, log: &[String], tree: &Tree, roll: &[u8]) -> String {
        let mut body = said.body.as_object().expect("an object").clone();
        let index = log.len() as u64;
        let mut fill = |name: &str, value: Value| {
            body.entry(name).or_insert(value);
        };
        fill("poll", json!(POLL));
        if said.kind != "poll" {
            fill("manifest", json!(manifest));
        }
        match said.kind {
            "close" => {
                fill("size", json!(index));
                fill("root", json!(tree.root(index)));
            }
            "anchor" => {
                let (size, time, witnesses) = &said.anchor;
                let (text, mut note) = checkpoint(tree, size.unwrap_or(index));
                note.extend(witnesses.iter().map(|name| note::cosign(&text, &key(name), *time)));
                fill("checkpoint", json!(BASE64.encode(note)));
            }
            "result" => {
                let mut results = Self::count(log, roll);
                if let Some(change) = self.results {
                    change(&mut results);
                }
                fill("results", results);
                if !said.body.as_object().is_some_and(|body| body.contains_key("close_index")) {
                    fill("close_index", json!(self.index("close")));
                }
            }
            _ => {}
        }
        let text = format!("heyi/{}/v1\n{}\n", said.kind, canonical(&Value::Object(body)));
        let signers: Vec<_> = said.signers.iter().map(|name| key(name)).collect();
        let bytes = note::sign(&text, &signers.iter().collect::<Vec<_>>());
        said.spoil.map_or(bytes.clone(), |spoil| spoil(bytes))
    }

    /// What the log so far comes to, whatever is wrong with it.
    fn count(log: &[String], roll: &[u8]) -> Value {
        let nothing = || json!([]);
        let Ok((first, _)) = Entry::parse_first(log[0].as_bytes()) else { return nothing() };
        let Some(mut state) = State::open(&first, Roll::parse(roll).ok(), &log_key()) else { return nothing() };
        let entries: Vec<_> = log[1..].iter().map(|bytes| Entry::parse(bytes.as_bytes())).collect();
        let struck = entries.iter().flatten().filter_map(|entry| match &entry.statement {
            Statement::Strike(strike) => Some(strike.index),
            _ => None,
        });
        let mut count = Count::new(struck.collect::<BTreeSet<_>>());
        for (entry, bytes) in entries.iter().zip(&log[1..]) {
            if let Ok(entry) = entry {
                count.see(&state, entry);
                state.apply(entry);
            } else {
                state.skip(leaf_hash(bytes.as_bytes()));
            }
        }
        let Some(counted) = count.finish(&state) else { return nothing() };
        let rules = RuleBook::embedded();
        let results = state.manifest().motions.iter().filter_map(|motion| {
            let rule = rules.resolve(&motion.rule).ok()?;
            serde_json::to_value(counted.decide(motion, &rule).result).ok()
        });
        results.collect()
    }
}

fn checkpoint(tree: &Tree, size: u64) -> (String, String) {
    // A size beyond the tree's is for tests of what is refused.
    let root = tree.root(size).unwrap_or(Hash([0; 32]));
    let checkpoint = Checkpoint { origin: log_name(), size, root };
    (checkpoint.text(), checkpoint.sign(&key(&log_name())))
}

fn put_log(files: &mut Files, log: &[String], tree: &Tree) {
    for tile in tiles_of(tree.size()) {
        let first = tile.number * TILE_WIDTH;
        let mut bytes = Vec::new();
        for place in first..first + tile.width {
            match tile.kind {
                TileKind::Entries => {
                    EntryBundle::push(&mut bytes, log[usize::try_from(place).expect("small")].as_bytes());
                }
                TileKind::Hashes(level) => {
                    bytes.extend_from_slice(&tree.node(u32::from(level) * 8, place).expect("a node").0);
                }
            }
        }
        files.insert(tile.to_string(), bytes);
    }
}

pub fn tar(files: &Files) -> Vec<u8> {
    let mut tar = TarWriter::new(Vec::new());
    for (path, bytes) in files {
        tar.file(path, bytes).expect("a file");
    }
    tar.finish().expect("a tar")
}

pub fn entries_path(size: u64) -> String {
    TileId { kind: TileKind::Entries, number: 0, width: size.min(TILE_WIDTH) }.to_string()
}

/// Canonical JSON, also of values that no statement may have.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<_, _> = fields.iter().collect();
            let fields: Vec<_> =
                sorted.iter().map(|(name, value)| format!("{}:{}", json!(name), canonical(value))).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// A poll with something of everything, in which every check holds.
pub fn script() -> Script {
    let texts = ["把3号楼电梯换成新的。".to_owned(), "选举业主委员会。".to_owned(), "报价单".to_owned()];
    let candidates: Vec<_> = (1..=6).map(|n| json!({ "id": format!("c{n}"), "name": format!("候选人{n}") })).collect();
    let mut attachments = [hash(&texts[2])];
    attachments.sort();
    let manifest = json!({
        "poll": POLL, "compound": "和怡花园", "title": "测试", "secrecy": "open", "opens": OPENS, "closes": CLOSES,
        "motions": [
            { "id": "m1", "title": "电梯", "text_sha256": hash(&texts[0]), "attachments": attachments,
              "choices": ["for", "against", "abstain"], "rule": "cn.278.ordinary" },
            { "id": "m2", "title": "选举", "text_sha256": hash(&texts[1]), "choices": ["for", "against"],
              "rule": "cn.election.committee", "seats": 5, "candidates": candidates },
        ],
        "keys": {
            "log": vkey(&log_name()), "registrar": vkey(&registrar()),
            "officers": [vkey(&officer(1)), vkey(&officer(2)), vkey(&officer(3))],
            "clerks": [vkey(&clerk(1)), vkey(&clerk(2)), vkey(&clerk(3))],
            "witnesses": [vkey(&witness(1)), vkey(&witness(2))],
        },
        "policy": { "answers": "inspectors", "officers": 2, "witnesses": 1, "anchor_seconds": 3600 },
        "test": true,
    });
    let roll = [(1, 1, 2), (2, 2, 1), (3, 2, 1), (4, 3, 1), (5, 4, 1), (6, 5, 1), (7, 6, 1), (8, 7, 1)];
    let line = |(unit, holder, persons): (u64, u64, u64)| {
        json!({
            "area": 8000 + unit, "building": if unit < 5 { "1" } else { "2" }, "commit": hash(&format!("unit {unit}")),
            "holder": holder, "kind": "home", "persons": persons, "share": 10, "status": "delivered", "unit": unit,
        })
    };
    Script {
        manifest,
        manifest_signers: vec![officer(1), officer(2)],
        roll: roll.map(line).to_vec(),
        said: conversation(),
        texts: texts.to_vec(),
        rules: BTreeMap::new(),
        cosigners: vec![(witness(1), CLOSES + 9000)],
        results: None,
    }
}

pub fn issued(label: &'static str, number: u64, holder: u64, person: u64) -> Said {
    let body = json!({
        "credential": number, "holder": holder, "person": person, "key": vkey(&credential_key(number)),
        "method": "sms", "evidence": hash("shown"), "at": OPENS - 1000 + number,
    });
    said(label, "credential", body, &[registrar()])
}

pub fn cast(label: &'static str, credential: u64, holder: u64, seq: u64, choice: &str) -> Said {
    let body = json!({
        "holder": holder, "credential": credential, "seq": seq,
        "answers": { "m1": choice, "m2": { "c1": "for", "c2": "against" } },
    });
    said(label, "ballot", body, &[credential_key(credential)])
}

pub fn paper(label: &'static str, holder: u64, form: u64) -> Said {
    let body = json!({
        "holder": holder, "person": 1, "form": form, "answers": { "m1": "for", "m2": {} },
        "scan_sha256": hash("scan"), "received": OPENS + 100, "at": OPENS + 200,
    });
    said(label, "paper", body, &[clerk(1), clerk(2)])
}

pub fn strike(label: &'static str, index: u64) -> Said {
    let body = json!({ "index": index, "reason": "forged", "evidence": hash("why"), "at": OPENS + 300 });
    said(label, "strike", body, &[officer(1), officer(2)])
}

fn conversation() -> Vec<Said> {
    let clerks = [clerk(1), clerk(2)];
    let officers = [officer(1), officer(2)];
    let mut said_so_far = vec![
        said(
            "delivery",
            "delivery",
            json!({ "holders": [1, 2, 3, 4, 5, 6], "method": "hand", "evidence": hash("list"), "at": OPENS }),
            &[clerk(1)],
        ),
        issued("k1", 1, 1, 1),
        issued("k2", 2, 1, 2),
        issued("k3", 3, 2, 1),
        issued("k4", 4, 3, 1),
        issued("k5", 5, 4, 1),
        cast("b1", 1, 1, 1, "for"),
        cast("b2", 2, 1, 1, "for"),
        cast("b3", 3, 2, 1, "against"),
        cast("b4", 3, 2, 2, "for"),
        said(
            "grant",
            "proxy",
            json!({ "principal": 3, "to_holder": 2, "state": "granted", "seq": 1 }),
            &[credential_key(4)],
        ),
        cast("b5", 3, 2, 3, "abstain"),
        said(
            "agent",
            "proxy",
            json!({ "principal": 5, "agent": 1, "state": "granted", "seq": 1, "scan_sha256": hash("power") }),
            &clerks,
        ),
        said(
            "p1",
            "paper",
            json!({
                "agent": 1, "for_holder": 5, "form": 101, "answers": { "m1": "for", "m2": {} },
                "scan_sha256": hash("scan"), "received": OPENS + 100, "at": OPENS + 200,
            }),
            &clerks,
        ),
        said(
            "meeting",
            "attendance",
            json!({ "present": [4, 6], "represented": [5], "scan_sha256": hash("list"), "at": OPENS + 250 }),
            &clerks,
        ),
        cast("b6", 5, 4, 1, "for"),
        paper("p2", 7, 102),
        said("revoke", "revocation", json!({ "credential": 2, "reason": "lost", "at": OPENS + 260 }), &[registrar()]),
    ];
    said_so_far.push(strike("s1", 17));
    let amended = json!({
        "area": 8100, "building": "1", "commit": hash("unit 2"), "holder": 2, "kind": "home", "persons": 1,
        "share": 10, "status": "delivered", "unit": 2,
    });
    said_so_far.extend([
        said("amend", "amendment", json!({ "unit": amended, "reason": "correction", "at": OPENS + 310 }), &officers),
        said("anchor", "anchor", json!({}), &[log_name()]),
        said("close", "close", json!({ "at": CLOSES }), &[log_name()]),
        said("result", "result", json!({}), &officers),
    ]);
    said_so_far[11].body["for_holder"] = json!(3);
    said_so_far[15].body["channel"] = json!("meeting");
    let time = OPENS + 400;
    let anchor = said_so_far.iter_mut().find(|said| said.label == "anchor").expect("an anchor");
    anchor.anchor.1 = time;
    said_so_far
}
