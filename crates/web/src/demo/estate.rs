//! An invented estate for the demo and for tests: 20 buildings with 2,800 homes, 60 shops, 40 storage rooms and 900
//! parking spaces, drawn from a seed.
//!
//! Nobody in it exists: names come from a surname × given-name table, the firms are in 示例市, and phone numbers start
//! with 100, which no subscriber has.

use std::collections::BTreeSet;

use ballot::{
    register::{AreaSource, Register, RegisterUnit, UnitLabel},
    roll::{UnitKind, UnitStatus},
};

use crate::import;

/// The estate's name.
pub const NAME: &str = "富枫新苑";
/// The firm that built it, and still has what is not handed over.
pub const DEVELOPER: &str = "示例市富枫置业有限公司";

const SURNAMES: &str = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏\
    钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";

const GIVEN_NAMES: &str = "秀兰 宝珠 建军 晓东 福生 映红 凤英 海涛 少华 爱华 一鸣 正阳 启文 美玲 桂兰 新民 慧玲 家辉 清泉 惠芳 玉兰 国强 志明 \
    丽娟 淑芬 伟明 永强 佳怡 思琪 子轩 浩然 雨桐 欣怡 嘉豪 泽宇 宇航 俊杰 志伟 文华 学文 德胜 世昌 厚德 广仁 怀山 桂英 金花 小红 冬梅 \
    春燕 秋菊 立群 向阳 和平 卫东 建国 援朝 跃进 红梅 丽萍 雅琴 若兰 婷婷 晓燕 海燕 国华 光明 耀辉 庆丰 东升 长青 松涛 天佑 逸飞 \
    仁杰 家明 永福 永康 瑞芳 美华 玉珍 秀珍 淑华 佩珊 凯琳 斌 勇 军 磊 静 敏 琳 霞 艳 娟 波 涛 明 杰 莉 倩 红 梅 华";

const TRADES: [&str; 8] = ["商贸", "科技", "餐饮管理", "教育咨询", "电子商务", "环保科技", "信息咨询", "保险代理"];
const FIRMS: [&str; 12] =
    ["晨禾", "启澜", "云杉", "立言", "方舟", "春藤", "和枫", "百川", "北冕", "青檀", "远山", "知微"];

/// Entrances, floors and homes per floor of a building, which make 140 homes each.
const SHAPES: [(u64, u64, u64); 4] = [(2, 35, 2), (1, 35, 4), (2, 14, 5), (1, 28, 5)];
const BUILDINGS: u64 = 20;
const PARKING: u64 = 900;
/// Of the homes, those that the developer has not sold, and those sold but not handed over.
const UNSOLD_HOMES: u64 = 42;
const UNDELIVERED_HOMES: u64 = 22;

/// The estate that a seed gives: always the same for the same seed.
pub fn estate(seed: u64) -> Register {
    let mut builder =
        Builder { draw: Draw(seed), register: Register::default(), known: BTreeSet::new(), holders: Vec::new() };
    let developer = builder.organisation(DEVELOPER);
    builder.homes(developer);
    builder.shops(developer);
    builder.storage(developer);
    builder.parking(developer);
    import::in_order(builder.register)
}

/// `SplitMix64`: enough for a demo, and the same everywhere.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("below a length")
    }

    /// So many of the numbers below a bound.
    fn some(&mut self, count: u64, bound: u64) -> BTreeSet<u64> {
        let mut some = BTreeSet::new();
        while (some.len() as u64) < count {
            some.insert(self.below(bound));
        }
        some
    }
}

struct Builder {
    draw: Draw,
    register: Register,
    /// Identities that are taken.
    known: BTreeSet<String>,
    /// Sets of owners of homes.
    holders: Vec<Vec<usize>>,
}

impl Builder {
    fn homes(&mut self, developer: usize) {
        let held_back = self.draw.some(UNSOLD_HOMES + UNDELIVERED_HOMES, BUILDINGS * 140);
        let unsold: BTreeSet<u64> =
            held_back.iter().copied().step_by(3).chain(held_back.iter().copied().skip(1).step_by(3)).take(42).collect();
        let mut nth = 0;
        for building in 1..=BUILDINGS {
            let (entrances, floors, homes) = SHAPES[self.draw.place(SHAPES.len())];
            let areas: Vec<u64> = (0..homes).map(|_| 5_800 + self.draw.below(8_500)).collect();
            for entrance in 1..=entrances {
                for floor in 1..=floors {
                    for (home, area) in (1..=homes).zip(&areas) {
                        let label = label(&building.to_string(), &entrance.to_string(), format!("{floor}{home:02}"));
                        let status = match (held_back.contains(&nth), unsold.contains(&nth)) {
                            (true, true) => UnitStatus::Unsold,
                            (true, false) => UnitStatus::SoldUndelivered,
                            (false, _) => UnitStatus::Delivered,
                        };
                        let owners = if status == UnitStatus::Unsold { vec![developer] } else { self.home_owners() };
                        if status == UnitStatus::Delivered {
                            self.holders.push(owners.clone());
                        }
                        self.unit(label, UnitKind::Home, *area, status, owners, developer);
                        nth += 1;
                    }
                }
            }
        }
    }

    /// Mostly people of whom nothing was said before; some own a second home, or one alone and one with others.
    fn home_owners(&mut self) -> Vec<usize> {
        match (self.draw.below(1000), self.holders.len()) {
            (0..60, 1..) => self.earlier_holder(),
            (60..72, 1..) => self.earlier_holder()[..1].to_vec(),
            (72..280, _) => vec![self.person(), self.person()],
            (280..300, _) => vec![self.person(), self.person(), self.person()],
            _ => vec![self.person()],
        }
    }

    fn shops(&mut self, developer: usize) {
        for building in 1..=6_u64 {
            for nth in 1..=10_u64 {
                let owners = match (nth, self.draw.below(3)) {
                    (7, _) => vec![developer],
                    (_, 0) => {
                        let (firm, trade) =
                            (FIRMS[self.draw.place(FIRMS.len())], TRADES[self.draw.place(TRADES.len())]);
                        vec![self.organisation(&format!("示例市{firm}{trade}有限公司"))]
                    }
                    (_, 1) => self.earlier_holder(),
                    _ => vec![self.person()],
                };
                let status = if nth == 7 { UnitStatus::Unsold } else { UnitStatus::Delivered };
                let area = 3_500 + self.draw.below(14_000);
                self.unit(
                    label(&building.to_string(), "", format!("S{nth:02}")),
                    UnitKind::Shop,
                    area,
                    status,
                    owners,
                    developer,
                );
            }
        }
    }

    fn storage(&mut self, developer: usize) {
        for building in 1..=BUILDINGS {
            for nth in 1..=2_u64 {
                let is_unsold = self.draw.below(4) == 0;
                let owners = if is_unsold { vec![developer] } else { self.earlier_holder() };
                let status = if is_unsold { UnitStatus::Unsold } else { UnitStatus::Delivered };
                let area = 500 + self.draw.below(500);
                self.unit(
                    label(&building.to_string(), "", format!("C{nth:02}")),
                    UnitKind::Storage,
                    area,
                    status,
                    owners,
                    developer,
                );
            }
        }
    }

    fn parking(&mut self, developer: usize) {
        for nth in 0..PARKING {
            let (level, number) = (1 + nth / (PARKING / 2), 1 + nth % (PARKING / 2));
            let (owners, status) = match self.draw.below(100) {
                0..14 => (vec![developer], UnitStatus::Unsold),
                14..24 => (vec![self.person()], UnitStatus::Delivered),
                _ => (self.earlier_holder(), UnitStatus::Delivered),
            };
            let area = [1272, 1325, 1484][self.draw.place(3)];
            let label = label("地下车库", &format!("B{level}"), format!("{number:03}"));
            self.unit(label, UnitKind::Parking, area, status, owners, developer);
        }
    }

    fn earlier_holder(&mut self) -> Vec<usize> {
        let place = self.draw.place(self.holders.len());
        self.holders[place].clone()
    }

    fn unit(
        &mut self,
        label: UnitLabel,
        kind: UnitKind,
        area: u64,
        status: UnitStatus,
        owners: Vec<usize>,
        developer: usize,
    ) {
        let source = match (status, self.draw.below(100)) {
            (UnitStatus::Unsold, _) | (UnitStatus::Delivered, 0..2) => AreaSource::Survey,
            (UnitStatus::SoldUndelivered, _) | (UnitStatus::Delivered, 2..5) => AreaSource::Contract,
            (UnitStatus::Delivered, _) => AreaSource::Register,
        };
        let developer = (status != UnitStatus::Delivered).then_some(developer);
        self.register.units.push(RegisterUnit { label, kind, area, source, status, owners, developer, shares: None });
    }

    fn person(&mut self) -> usize {
        let surnames: Vec<char> = SURNAMES.chars().collect();
        let given: Vec<&str> = GIVEN_NAMES.split_whitespace().collect();
        loop {
            let name = format!("{}{}", surnames[self.draw.place(surnames.len())], given[self.draw.place(given.len())]);
            let tail = match self.draw.below(11) {
                10 => format!("{:03}X", self.draw.below(1000)),
                last => format!("{:03}{last}", self.draw.below(1000)),
            };
            let phone = format!("100{:08}", self.draw.below(100_000_000));
            if let Some(person) = self.add(&name, &tail, phone) {
                return person;
            }
        }
    }

    /// The organisation of a name, which may own something already.
    fn organisation(&mut self, name: &str) -> usize {
        let known = self.register.persons.iter().position(|person| person.name == name);
        let tail = format!("{:02}{}", self.draw.below(100), ["KP", "UX", "GN", "TL"][self.draw.place(4)]);
        let phone = format!("100{:08}", self.draw.below(100_000_000));
        known.or_else(|| self.add(name, &tail, phone)).expect("a name that is not there can be added")
    }

    fn add(&mut self, name: &str, tail: &str, phone: String) -> Option<usize> {
        let person = import::person(name, tail, vec![phone]);
        self.known.insert(person.identity.clone()).then(|| {
            self.register.persons.push(person);
            self.register.persons.len() - 1
        })
    }
}

fn label(building: &str, entrance: &str, number: String) -> UnitLabel {
    UnitLabel { phase: String::new(), building: building.to_owned(), entrance: entrance.to_owned(), number }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Figures;

    #[test]
    fn the_estate_has_the_shape_that_it_says() {
        let register = estate(1);
        let figures = Figures::of(&register);
        let kinds: Vec<(&str, u64)> =
            figures.by_kind.iter().map(|(kind, share)| (kind.as_str(), share.units)).collect();
        assert_eq!(kinds, [("home", 2800), ("parking", 900), ("shop", 60), ("storage", 40)]);
        assert_eq!(figures.by_building.len(), 21);
        assert_eq!(figures.by_status["sold_undelivered"].units, UNDELIVERED_HOMES);
        assert!(2500 < figures.totals.heads && figures.totals.heads < figures.totals.holders);
        assert!(0 < figures.persons_alone_and_with_others && 500 < figures.co_owned_units);
        let unsold = |unit: &&RegisterUnit| unit.kind == UnitKind::Home && unit.status == UnitStatus::Unsold;
        assert_eq!(register.units.iter().filter(unsold).count() as u64, UNSOLD_HOMES);
    }

    #[test]
    fn the_same_seed_gives_the_same_estate() {
        assert_eq!(estate(7), estate(7));
        assert_ne!(estate(7), estate(8));
    }

    #[test]
    fn the_estate_comes_back_from_an_export() {
        let register = estate(2);
        for bytes in [import::to_csv(&register), import::to_xlsx(&register).expect("a workbook")] {
            let preview = import::read("estate", &bytes).expect("a roll");
            assert_eq!(preview.issues, []);
            assert!(preview.register == register, "the register is not the one that was exported");
        }
    }
}
