//! Which witnesses there are, and how many of them must cosign: the policy file of C2SP tlog-policy.

use std::{collections::BTreeSet, num::NonZeroUsize};

use crate::key::{KeyKind, VerifierKey};

/// Witnesses, and how many of them make a checkpoint a witnessed one.
///
/// The file may group witnesses in any way; the record knows one number, so the quorum must be `none`, the only
/// witness there is, or a group of all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// The witnesses, in the order of the file.
    pub witnesses: Vec<NamedWitness>,
    /// How many must cosign, at most as many as there are.
    pub quorum: usize,
}

/// A witness as the file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedWitness {
    /// Its name in the file, which is used nowhere else.
    pub name: String,
    /// Its key.
    pub key: VerifierKey,
    /// Its submission prefix, without a slash at the end.
    pub url: Option<String>,
}

/// Why a policy file is refused. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A line is none of those that there are.
    #[error(
        "line {0}: a line is `log VKEY [URL]`, `witness NAME VKEY [URL]`, `group NAME all|any|K NAME...` or \
         `quorum NAME|none`"
    )]
    Line(usize),
    /// The key is not a key of its kind.
    #[error("line {0}: a witness's key is a verifier key of type 04, a log's one of type 01")]
    Key(usize),
    /// The name or key stands there a second time.
    #[error("line {0}: the name or the key is there already")]
    Twice(usize),
    /// A name that no line before defines.
    #[error("line {0}: a name that no line before it defines")]
    Name(usize),
    /// More members are wanted than the group has.
    #[error("line {0}: a group wants 1 to as many of its members as it has, each named once")]
    Group(usize),
    /// There is not exactly one quorum.
    #[error("a policy has one line `quorum`")]
    Quorum,
    /// A quorum that is not a number of all witnesses.
    #[error("the quorum must be `none`, the only witness, or a group of all witnesses: the record knows one number")]
    NotANumber,
}

/// A name of the file.
enum Defined {
    Witness,
    Group { wanted: NonZeroUsize, members: Vec<String> },
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// A line is not as it must be, or the quorum is not a number of all witnesses.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let (mut witnesses, mut logs) = (Vec::<NamedWitness>::new(), Vec::new());
        let mut names: Vec<(String, Defined)> = Vec::new();
        let mut quorum = None;
        for (line, number) in text.split('\n').zip(1..) {
            let words: Vec<_> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            let (&first, rest) = match words.split_first() {
                Some((first, _)) if first.starts_with('#') => continue,
                Some(words) => words,
                None => continue,
            };
            let is_new = |name: &str| name != "none" && names.iter().all(|(known, _)| known != name);
            match (first, rest) {
                ("log", [key] | [key, _]) => {
                    let key = parse_key(key, KeyKind::Ed25519).ok_or(PolicyError::Key(number))?;
                    if logs.contains(&key.public()) {
                        return Err(PolicyError::Twice(number));
                    }
                    logs.push(key.public());
                }
                ("witness", [name, key, url @ ..]) if url.len() < 2 => {
                    let key = parse_key(key, KeyKind::Cosignature).ok_or(PolicyError::Key(number))?;
                    if !is_new(name) || witnesses.iter().any(|known| known.key.public() == key.public()) {
                        return Err(PolicyError::Twice(number));
                    }
                    let url = url.first().map(|url| url.trim_end_matches('/').to_owned());
                    witnesses.push(NamedWitness { name: (*name).to_owned(), key, url });
                    names.push(((*name).to_owned(), Defined::Witness));
                }
                ("group", [name, wanted, members @ ..]) => {
                    if !is_new(name) {
                        return Err(PolicyError::Twice(number));
                    }
                    if !members.iter().all(|member| names.iter().any(|(known, _)| known == member)) {
                        return Err(PolicyError::Name(number));
                    }
                    let group = group(wanted, members).ok_or(PolicyError::Group(number))?;
                    names.push(((*name).to_owned(), group));
                }
                ("quorum", [name]) => {
                    if quorum.is_some() {
                        return Err(PolicyError::Quorum);
                    }
                    if *name != "none" && !names.iter().any(|(known, _)| known == name) {
                        return Err(PolicyError::Name(number));
                    }
                    quorum = Some((*name).to_owned());
                }
                _ => return Err(PolicyError::Line(number)),
            }
        }
        let quorum = quorum.ok_or(PolicyError::Quorum)?;
        let quorum = number(&quorum, &names, &witnesses).ok_or(PolicyError::NotANumber)?;
        Ok(Self { witnesses, quorum })
    }
}

fn parse_key(text: &str, kind: KeyKind) -> Option<VerifierKey> {
    text.parse().ok().filter(|key: &VerifierKey| key.kind() == kind)
}

fn group(wanted: &str, members: &[&str]) -> Option<Defined> {
    let once: BTreeSet<_> = members.iter().collect();
    let wanted = match wanted {
        "all" => members.len(),
        "any" => 1,
        number => number.parse().ok().filter(|parsed: &usize| parsed.to_string() == number)?,
    };
    let wanted = NonZeroUsize::new(wanted).filter(|wanted| wanted.get() <= members.len())?;
    let members: Vec<_> = members.iter().map(|member| (*member).to_owned()).collect();
    (once.len() == members.len()).then_some(Defined::Group { wanted, members })
}

/// How many of all witnesses the quorum is, if it is that.
fn number(quorum: &str, names: &[(String, Defined)], witnesses: &[NamedWitness]) -> Option<usize> {
    if quorum == "none" {
        return Some(0);
    }
    match &names.iter().find(|(name, _)| name == quorum)?.1 {
        Defined::Witness => (witnesses.len() == 1).then_some(1),
        Defined::Group { wanted, members } => {
            let are_all = members.len() == witnesses.len() && witnesses.iter().all(|one| members.contains(&one.name));
            are_all.then_some(wanted.get())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SignerKey;

    fn vkey(name: &str, kind: KeyKind, seed: u8) -> String {
        SignerKey::from_seed(name, kind, &[seed; 32]).unwrap().public().to_string()
    }

    fn lines(quorum: &str) -> String {
        let (one, two) = (vkey("w.example/1", KeyKind::Cosignature, 1), vkey("w.example/2", KeyKind::Cosignature, 2));
        let log = vkey("vote.example/log", KeyKind::Ed25519, 3);
        format!("# who watches\nlog {log}\n\n witness\tone {one} https://one.example/w/\nwitness two {two}\n{quorum}")
    }

    #[test]
    fn a_quorum_is_a_number_of_all_witnesses() {
        for (quorum, wanted) in [
            ("quorum none\n", Ok(0)),
            ("group g all one two\nquorum g\n", Ok(2)),
            ("group g any two one\nquorum g", Ok(1)),
            ("group g 2 one two\nquorum g\n", Ok(2)),
            ("quorum one\n", Err(PolicyError::NotANumber)),
            ("group g any one\nquorum g\n", Err(PolicyError::NotANumber)),
            ("group a all one two\ngroup g all a\nquorum g\n", Err(PolicyError::NotANumber)),
            ("group g 3 one two\nquorum g\n", Err(PolicyError::Group(6))),
            ("group g 0 one two\nquorum g\n", Err(PolicyError::Group(6))),
            ("group g 02 one two\nquorum g\n", Err(PolicyError::Group(6))),
            ("group g all one one\nquorum g\n", Err(PolicyError::Group(6))),
            ("group g all one three\nquorum g\n", Err(PolicyError::Name(6))),
            ("group one all one two\nquorum one\n", Err(PolicyError::Twice(6))),
            ("quorum three\n", Err(PolicyError::Name(6))),
            ("quorum none\nquorum none\n", Err(PolicyError::Quorum)),
            ("", Err(PolicyError::Quorum)),
            ("watch one\nquorum none\n", Err(PolicyError::Line(6))),
        ] {
            assert_eq!(Policy::parse(&lines(quorum)).map(|policy| policy.quorum), wanted, "{quorum}");
        }
    }

    #[test]
    fn witnesses_keep_their_order_and_where_they_are_reached() {
        let policy = Policy::parse(&lines("quorum none\n")).unwrap();
        let seen: Vec<_> = policy.witnesses.iter().map(|one| (one.key.name(), one.url.as_deref())).collect();
        assert_eq!(seen, [("w.example/1", Some("https://one.example/w")), ("w.example/2", None)]);
        let only = format!("witness only {}\nquorum only\n", vkey("w.example/1", KeyKind::Cosignature, 1));
        assert_eq!(Policy::parse(&only).unwrap().quorum, 1);
    }

    #[test]
    fn a_key_is_of_its_kind_and_there_once() {
        let one = vkey("w.example/1", KeyKind::Cosignature, 1);
        let renamed = vkey("w.example/9", KeyKind::Cosignature, 1);
        let log = vkey("vote.example/log", KeyKind::Ed25519, 3);
        for (text, fault) in [
            (format!("witness a {log}\nquorum none\n"), PolicyError::Key(1)),
            (format!("log {one}\nquorum none\n"), PolicyError::Key(1)),
            (format!("witness a {one}\nwitness b {renamed}\nquorum none\n"), PolicyError::Twice(2)),
            (format!("log {log}\nlog {log}\nquorum none\n"), PolicyError::Twice(2)),
            (format!("witness none {one}\nquorum none\n"), PolicyError::Twice(1)),
        ] {
            assert_eq!(Policy::parse(&text), Err(fault), "{text}");
        }
    }
}
