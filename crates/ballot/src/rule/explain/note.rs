//! A round's notes in words, with the names behind the numbers.

use super::Language;
use crate::rule::{Note, Rule};

/// The names behind the numbers of a round. Where one is missing its place is shown, counted from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Of each unit.
    pub units: Vec<String>,
    /// Of each holder.
    pub holders: Vec<String>,
    /// Of each proxy.
    pub proxies: Vec<String>,
    /// Ballots that were left out before the count.
    pub dropped: Vec<Dropped>,
}

/// A ballot that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// The unit it was for.
    pub unit: String,
    /// Why.
    pub why: WhyDropped,
}

/// Why a ballot is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyDropped {
    /// The unit has no say in this motion.
    NotOnRoll,
    /// The signature is not the owner's.
    Forged,
    /// Somebody signed who may not.
    WrongSigner(String),
}

impl Names {
    /// A unit's name.
    pub fn unit(&self, place: usize) -> String {
        named(&self.units, place)
    }

    /// A holder's name; of several owners all of them.
    pub fn holder(&self, place: usize) -> String {
        named(&self.holders, place)
    }

    /// A proxy's name.
    pub fn proxy(&self, place: usize) -> String {
        named(&self.proxies, place)
    }

    pub(super) fn dropped(&self, language: Language) -> impl Iterator<Item = String> {
        self.dropped.iter().map(move |dropped| format!("· {}", dropped.text(language)))
    }
}

fn named(names: &[String], place: usize) -> String {
    names.get(place).cloned().unwrap_or_else(|| format!("#{}", place.saturating_add(1)))
}

impl Dropped {
    /// Which ballot does not count, and why.
    pub fn text(&self, language: Language) -> String {
        let why = match &self.why {
            WhyDropped::NotOnRoll => {
                language.pick("不在本议题的表决权名册上".to_owned(), "not on the roll of this motion".to_owned())
            }
            WhyDropped::Forged => {
                language.pick("签名不是业主本人的".to_owned(), "signature not the owner's".to_owned())
            }
            WhyDropped::WrongSigner(signer) => language.pick(
                format!("由 {signer} 签名，既不是业主也不是代理人"),
                format!("signed by {signer}, not an owner and no proxy"),
            ),
        };
        let unit = &self.unit;
        language.pick(format!("{unit}：{why}，该票不计"), format!("{unit}: {why}, ballot ignored"))
    }
}

/// A note in words.
pub fn note(rule: &Rule, note: &Note, names: &Names, language: Language) -> String {
    let zh = language == Language::Zh;
    let measure = |place: &usize| rule.measures.get(*place).map_or("?", |measure| measure.name.as_str());
    match note {
        Note::OwnBeatsProxy { unit, proxy } => {
            let (unit, proxy) = (names.unit(*unit), names.proxy(*proxy));
            if zh {
                format!("{unit}：业主自己投票，代理人 {proxy} 的票不计")
            } else {
                format!("{unit}: own ballot displaces proxy {proxy}")
            }
        }
        Note::OverProxyLimit { unit, proxy, limit } => {
            let (unit, proxy) = (names.unit(*unit), names.proxy(*proxy));
            language.pick(
                format!("{unit}：代理人 {proxy} 超过 {limit} 的上限，该票不计"),
                format!("{unit}: proxy {proxy} over the limit of {limit}, ballot ignored"),
            )
        }
        Note::ChannelsContradict { unit } => {
            let unit = names.unit(*unit);
            language.pick(
                format!("{unit}：纸质票与电子票内容不同，无效"),
                format!("{unit}: paper and electronic ballots contradict, invalid"),
            )
        }
        Note::CoOwnersContradict { unit } => {
            let unit = names.unit(*unit);
            language.pick(
                format!("{unit}：共有人意见不同又没有代表，无效"),
                format!("{unit}: co-owners disagree and no representative, invalid"),
            )
        }
        Note::OwnerSplit { measure: at, holder } => {
            let (measure, holder) = (measure(at), names.holder(*holder));
            language.pick(
                format!("{measure}：{holder} 两边都投了，按弃权计"),
                format!("{measure}: {holder} voted both ways, counted as abstain"),
            )
        }
        Note::OwnerCapped { measure: at, holder, from, to } => {
            let (measure, holder) = (measure(at), names.holder(*holder));
            language.pick(
                format!("{measure}：{holder} 按 {to} 计，超过的部分不计（原为 {from}）"),
                format!("{measure}: owner {holder} counted at {to}, not {from}"),
            )
        }
        Note::OwnerReduced { measure: at, holder, from, to } => {
            let (measure, holder) = (measure(at), names.holder(*holder));
            language.pick(
                format!("{measure}：{holder} 由 {from} 减为 {to}"),
                format!("{measure}: {holder} reduced from {from} to {to}"),
            )
        }
        Note::ProxyCapped { measure: at, proxy, from, to } => {
            let (measure, proxy) = (measure(at), names.proxy(*proxy));
            language.pick(
                format!("{measure}：代理人 {proxy} 按 {to} 计，超过的部分不计（原为 {from}）"),
                format!("{measure}: proxy {proxy} counted at {to}, not {from}"),
            )
        }
        Note::ProxyReduced { measure: at, proxy, from, to } => {
            let (measure, proxy) = (measure(at), names.proxy(*proxy));
            language.pick(
                format!("{measure}：代理人 {proxy} 由 {from} 减为 {to}"),
                format!("{measure}: proxy {proxy} reduced from {from} to {to}"),
            )
        }
        Note::OwnerMultiplied { measure: at, holder, held, all, factor } => {
            let (measure, holder) = (measure(at), names.holder(*holder));
            language.pick(
                format!("{measure}：{holder} 持有 {held}/{all}，所投的票乘以 {factor}"),
                format!("{measure}: {holder} holds {held}/{all}, votes multiplied by {factor}"),
            )
        }
        Note::ProxyMultiplied { measure: at, proxy, held, all, factor } => {
            let (measure, proxy) = (measure(at), names.proxy(*proxy));
            language.pick(
                format!("{measure}：代理人 {proxy} 代投 {held}/{all}，所投的票乘以 {factor}"),
                format!("{measure}: proxy {proxy} casts {held}/{all}, votes multiplied by {factor}"),
            )
        }
        Note::SilentFollow => {
            language.pick("已送达而未投票的业主计入多数一方", "silent delivered owners follow the majority").to_owned()
        }
        Note::SilentWithoutSide => language
            .pick(
                "已送达而未投票的业主计为参与，不计入任何一方：各项标准的多数不一致",
                "silent delivered owners participate without side: the measures disagree on the majority",
            )
            .to_owned(),
    }
}
