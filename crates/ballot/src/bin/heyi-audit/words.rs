//! The words of the record in two languages.

use std::env;

use clap::ValueEnum;

/// A language of the tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// 简体中文
    Zh,
    /// English
    En,
}

impl Language {
    /// That of the environment.
    pub fn of_environment() -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| env::var(name).ok());
        let first = set.into_iter().find(|value| !value.is_empty());
        if first.is_some_and(|value| value.starts_with("zh")) { Self::Zh } else { Self::En }
    }

    /// One of two texts.
    pub fn pick(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// A word of the record: a type, a field or a code. What is not known stays as it is written.
    pub fn word(self, word: &str) -> &str {
        let known = WORDS.iter().find(|(key, ..)| *key == word);
        known.map_or(word, |(_, zh, en)| self.pick(zh, en))
    }
}

/// Words of the record, in Chinese and English.
const WORDS: &[(&str, &str, &str)] = &[
    // types
    ("poll", "投票", "poll"),
    ("credential", "投票凭证", "credential"),
    ("revocation", "注销凭证", "revocation"),
    ("ballot", "选票", "ballot"),
    ("paper", "纸质选票", "paper ballot"),
    ("attendance", "到会名单", "attendance"),
    ("proxy", "委托书", "proxy"),
    ("delivery", "送达", "delivery"),
    ("amendment", "名册更正", "amendment of the roll"),
    ("strike", "作废", "strike"),
    ("anchor", "时间锚", "anchor"),
    ("close", "截止", "close"),
    ("result", "结果", "result"),
    // fields
    ("agent", "代理人", "agent"),
    ("anchor_seconds", "锚定时限（秒）", "anchors within (seconds)"),
    ("answers", "表决内容", "answers"),
    ("area", "面积", "area"),
    ("at", "时间", "time"),
    ("attachments", "附件", "attachments"),
    ("building", "楼栋", "building"),
    ("candidate", "候选人", "candidate"),
    ("candidates", "候选人", "candidates"),
    ("channel", "渠道", "channel"),
    ("choices", "选项", "choices"),
    ("clerks", "工作人员", "clerks"),
    ("close_index", "截止声明的序号", "entry of the close"),
    ("closes", "截止时间", "closes"),
    ("commit", "承诺值", "commitment"),
    ("compound", "小区", "estate"),
    ("elected", "当选", "elected"),
    ("evidence", "凭据承诺", "evidence"),
    ("for_holder", "代谁表决", "for holder"),
    ("form", "票号", "form number"),
    ("have", "实有", "have"),
    ("holder", "业主", "holder"),
    ("holders", "业主数", "holders"),
    ("id", "编号", "id"),
    ("index", "序号", "entry"),
    ("key", "公钥", "key"),
    ("keys", "公钥", "keys"),
    ("kind", "用途", "kind"),
    ("log", "日志", "log"),
    ("manifest", "投票章程摘要", "manifest"),
    ("measure", "计量", "measure"),
    ("method", "方式", "method"),
    ("motion", "议题", "motion"),
    ("motions", "议题", "motions"),
    ("name", "名称", "name"),
    ("need", "要求", "need"),
    ("of", "基数", "of"),
    ("officers", "负责人", "officers"),
    ("ok", "达到", "met"),
    ("opens", "开始时间", "opens"),
    ("outcome", "结论", "outcome"),
    ("pass_steps", "通过条件", "what carries it"),
    ("passed", "通过", "passed"),
    ("person", "共有人", "person"),
    ("persons", "共有人数", "persons"),
    ("policy", "规则设置", "policy"),
    ("present", "到场", "present"),
    ("principal", "委托人", "principal"),
    ("quorum", "参与达到比例", "quorum"),
    ("quorum_steps", "参与条件", "who must take part"),
    ("ratio", "比例", "ratio"),
    ("reason", "原因", "reason"),
    ("received", "收到时间", "received"),
    ("registrar", "登记人", "registrar"),
    ("represented", "受托到场", "represented"),
    ("results", "结果", "results"),
    ("roll", "名册", "roll"),
    ("root", "根哈希", "root"),
    ("round", "轮次", "round"),
    ("rounds", "各轮", "rounds"),
    ("rule", "规则", "rule"),
    ("rule_sha256", "规则摘要", "rule's hash"),
    ("scan_sha256", "扫描件摘要", "scan's hash"),
    ("seats", "席位", "seats"),
    ("secrecy", "公开方式", "secrecy"),
    ("seq", "次序", "number in order"),
    ("size", "条目数", "entries"),
    ("state", "状态", "state"),
    ("status", "交付状态", "status"),
    ("tally", "计票", "tally"),
    ("test", "演练", "rehearsal"),
    ("text_sha256", "正文摘要", "text's hash"),
    ("title", "标题", "title"),
    ("to_holder", "受托业主", "to holder"),
    ("total", "合计", "total"),
    ("unit", "房屋", "unit"),
    ("units", "房屋数", "units"),
    ("who", "主体", "who"),
    ("witnesses", "见证人", "witnesses"),
    // codes
    ("abstain", "弃权", "abstain"),
    ("against", "反对", "against"),
    ("all", "全体", "all"),
    ("app", "应用内", "in the app"),
    ("blank", "空白", "blank"),
    ("carried", "通过", "carried"),
    ("correction", "更正", "correction"),
    ("delivered", "已交付", "delivered"),
    ("electronic", "电子", "online"),
    ("false", "否", "no"),
    ("for", "同意", "for"),
    ("forged", "伪造", "forged"),
    ("granted", "委托", "granted"),
    ("hand", "当面送达", "by hand"),
    ("heads", "人数", "heads"),
    ("home", "住宅", "home"),
    ("in_person", "当面", "in person"),
    ("inspectors", "检查人员", "inspectors"),
    ("invalid", "无效", "invalid"),
    ("late", "逾期", "late"),
    ("letter", "邀请信", "letter"),
    ("lost", "未通过", "lost"),
    ("mail", "邮寄", "by post"),
    ("marks", "有效选票", "valid marks"),
    ("meeting", "会议现场", "in a meeting"),
    ("no_quorum", "参与未达比例", "no quorum"),
    ("objection_upheld", "异议成立", "objection upheld"),
    ("office", "办公", "office"),
    ("oidc", "统一登录", "sign-in service"),
    ("open", "记名", "open"),
    ("other", "其他", "other"),
    ("overvoted", "超选", "overvoted"),
    ("owners", "业主", "owners"),
    ("parking", "车位", "parking"),
    ("participating", "参与表决", "participating"),
    ("posted", "张贴", "posted up"),
    ("present_only", "到会未投", "present, no ballot"),
    ("public", "公开", "everybody"),
    ("replaced", "更换", "replaced"),
    ("revoked", "撤回", "revoked"),
    ("secret", "无记名", "secret"),
    ("shop", "商铺", "shop"),
    ("silent_delivered", "已送达未投", "silent, delivered"),
    ("silent_undelivered", "未送达未投", "silent, not delivered"),
    ("sms", "短信", "text message"),
    ("sold_undelivered", "已售未交付", "sold, not delivered"),
    ("spoiled", "污损", "spoiled"),
    ("storage", "储藏室", "storage"),
    ("true", "是", "yes"),
    ("unclear", "无法辨认", "unclear"),
    ("unsigned", "未签名", "unsigned"),
    ("unsold", "未出售", "unsold"),
    ("wrong_signer", "签名人无权", "wrong signer"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_once() {
        for (place, (word, zh, en)) in WORDS.iter().enumerate() {
            assert!(WORDS[place + 1..].iter().all(|(other, ..)| other != word), "{word}");
            assert!(!zh.is_empty() && !en.is_empty(), "{word}");
        }
    }
}
