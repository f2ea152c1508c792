//! Every sentence that people read, in Chinese and English: one function per sentence, so that a
//! missing translation or a wrong argument does not compile.
//!
//! One file per family of pages. `docs/messages.tsv` lists them all for proof-readers; a test keeps
//! it true, and rewrites it if `HEYI_BLESS=1`.

pub(crate) mod acted;
pub(crate) mod after;
pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod console;
pub(crate) mod console_people;
pub(crate) mod console_poll;
pub(crate) mod console_register;
pub(crate) mod console_roll;
pub(crate) mod decision;
pub(crate) mod delivery;
pub(crate) mod desk;
pub(crate) mod filing;
mod format;
pub(crate) mod hall;
pub(crate) mod help;
pub(crate) mod home;
pub(crate) mod inspect;
pub(crate) mod law;
pub(crate) mod matter;
pub(crate) mod me;
pub(crate) mod mediation;
pub(crate) mod meeting;
pub(crate) mod mine;
pub(crate) mod motion;
pub(crate) mod notice;
pub(crate) mod notify;
pub(crate) mod opinion;
pub(crate) mod own;
pub(crate) mod place;
pub(crate) mod poll;
pub(crate) mod post;
pub(crate) mod privacy;
pub(crate) mod problem;
pub(crate) mod proxy;
pub(crate) mod remind;
pub(crate) mod result;
pub(crate) mod roll;
pub(crate) mod rule;
pub(crate) mod search;
pub(crate) mod sign_in;
pub(crate) mod site;
pub(crate) mod sitting;
pub(crate) mod statement;
pub(crate) mod survey;
pub(crate) mod vote;
pub(crate) mod written;

pub(crate) use format::{area, building_label, home as home_label, last_day, number, when};
use serde::Deserialize;

/// A language that every sentence exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 简体中文
    #[default]
    Zh,
    /// English
    En,
}

impl Lang {
    /// As in the cookie and in the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// As in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The one of two that is this language's.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// A sentence without arguments, to be said in the reader's language.
pub(crate) type Sentence = fn(Lang) -> &'static str;

/// Declares the sentences of a page family.
///
/// ```text
/// msgs! {
///     sign_in = "登录", "Sign in";
///     minutes(n: u64) = "约 {n} 分钟", "about {n} minutes";
///     received(n: u64) = "已收到 {n} 张选票", n "{n} ballot received" "{n} ballots received";
/// }
/// ```
/// The third form takes the singular where the number named before it is 1. `ALL` lists what was
/// declared, for the proof-readers' table.
macro_rules! msgs {
    (@one $name:ident () $zh:literal, $en:literal) => {
        pub(crate) fn $name(lang: $crate::text::Lang) -> &'static str {
            lang.pick($zh, $en)
        }
    };
    (@one $name:ident ($($arg:ident: $type:ty),+) $zh:literal, $en:literal) => {
        #[allow(clippy::needless_pass_by_value)]
        pub(crate) fn $name(lang: $crate::text::Lang, $($arg: $type),+) -> String {
            match lang {
                $crate::text::Lang::Zh => format!($zh),
                $crate::text::Lang::En => format!($en),
            }
        }
    };
    (@one $name:ident ($($arg:ident: $type:ty),+) $zh:literal, $n:ident $en:literal $many:literal) => {
        #[allow(clippy::needless_pass_by_value)]
        pub(crate) fn $name(lang: $crate::text::Lang, $($arg: $type),+) -> String {
            match lang {
                $crate::text::Lang::Zh => format!($zh),
                $crate::text::Lang::En if $n == 1 => format!($en),
                $crate::text::Lang::En => format!($many),
            }
        }
    };
    (@row $name:ident $zh:literal, $en:literal) => {
        (stringify!($name), $zh, $en)
    };
    (@row $name:ident $zh:literal, $n:ident $en:literal $many:literal) => {
        (stringify!($name), $zh, concat!($en, " | ", $many))
    };
    ($($name:ident $(($($arg:ident: $type:ty),+ $(,)?))? = $zh:literal, $($n:ident)? $en:literal $($many:literal)?;)*) => {
        $(msgs! { @one $name ($($($arg: $type),+)?) $zh, $($n)? $en $($many)? })*
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str, &str)] = &[$(msgs! { @row $name $zh, $($n)? $en $($many)? }),*];
    };
}
use msgs;

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

    /// Name, Chinese, English.
    type Sentences = &'static [(&'static str, &'static str, &'static str)];

    /// Every family of sentences; a file under `text/` that is missing here fails a test.
    const FAMILIES: &[(&str, Sentences)] = &[
        ("acted", super::acted::ALL),
        ("audit", super::audit::ALL),
        ("check", super::check::ALL),
        ("console", super::console::ALL),
        ("console_people", super::console_people::ALL),
        ("console_poll", super::console_poll::ALL),
        ("console_register", super::console_register::ALL),
        ("console_roll", super::console_roll::ALL),
        ("decision", super::decision::ALL),
        ("delivery", super::delivery::ALL),
        ("desk", super::desk::ALL),
        ("hall", super::hall::ALL),
        ("help", super::help::ALL),
        ("home", super::home::ALL),
        ("inspect", super::inspect::ALL),
        ("law", super::law::ALL),
        ("matter", super::matter::ALL),
        ("me", super::me::ALL),
        ("mediation", super::mediation::ALL),
        ("meeting", super::meeting::ALL),
        ("mine", super::mine::ALL),
        ("after", super::after::ALL),
        ("motion", super::motion::ALL),
        ("notice", super::notice::ALL),
        ("post", super::post::ALL),
        ("search", super::search::ALL),
        ("notify", super::notify::ALL),
        ("place", super::place::ALL),
        ("poll", super::poll::ALL),
        ("opinion", super::opinion::ALL),
        ("own", super::own::ALL),
        ("privacy", super::privacy::ALL),
        ("problem", super::problem::ALL),
        ("proxy", super::proxy::ALL),
        ("filing", super::filing::ALL),
        ("remind", super::remind::ALL),
        ("result", super::result::ALL),
        ("roll", super::roll::ALL),
        ("rule", super::rule::ALL),
        ("sign_in", super::sign_in::ALL),
        ("site", super::site::ALL),
        ("sitting", super::sitting::ALL),
        ("statement", super::statement::ALL),
        ("survey", super::survey::ALL),
        ("vote", super::vote::ALL),
        ("written", super::written::ALL),
    ];

    fn is_han(c: char) -> bool {
        matches!(u32::from(c), 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3_FFFF)
    }

    #[test]
    fn every_file_of_sentences_is_proof_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/text");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .expect("the sources are there")
            .map(|entry| entry.expect("readable").file_name().to_string_lossy().replace(".rs", ""))
            .filter(|name| name != "format")
            .collect();
        let listed: BTreeSet<String> = FAMILIES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(files, listed);
    }

    #[test]
    fn chinese_has_no_half_width_punctuation_beside_its_characters() {
        for (family, messages) in FAMILIES {
            for (name, zh, _) in *messages {
                let chars: Vec<char> = zh.chars().collect();
                for pair in chars.windows(2) {
                    let is_half = |c: char| ",:;?!()\"'".contains(c);
                    let is_bad = is_han(pair[0]) && is_half(pair[1]) || is_half(pair[0]) && is_han(pair[1]);
                    assert!(!is_bad, "{family}.{name}: {}{} in {zh}", pair[0], pair[1]);
                }
            }
        }
    }

    #[test]
    fn both_languages_take_the_same_arguments() {
        let arguments = |text: &str| -> BTreeSet<String> {
            text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())).collect()
        };
        for (family, messages) in FAMILIES {
            for (name, zh, en) in *messages {
                assert_eq!(arguments(zh), arguments(en), "{family}.{name}");
            }
        }
    }

    #[test]
    fn the_table_for_proof_readers_is_up_to_date() {
        let mut table = String::from("message\tzh-CN\ten\n");
        for (family, messages) in FAMILIES {
            for (name, zh, en) in *messages {
                writeln!(table, "{family}.{name}\t{}\t{}", zh.replace('\n', "\\n"), en.replace('\n', "\\n"))
                    .expect("a String takes any text");
            }
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/messages.tsv");
        if std::env::var_os("HEYI_BLESS").is_some() {
            fs::write(&file, &table).expect("docs/ can be written");
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        // Lines as a set: a merge may order families in another way.
        let [kept, table] = [&kept, &table].map(|text| text.lines().collect::<BTreeSet<_>>());
        let differences: Vec<_> = kept.symmetric_difference(&table).collect();
        assert!(differences.is_empty(), "run the test with HEYI_BLESS=1: {differences:#?}");
    }
}
