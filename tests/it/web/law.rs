//! What the law of a place changes in the pages, and what is reckoned beside the record.

use std::fmt::Write as _;

use axum::http::{StatusCode, header};
use heyi_tests::estate::DAY;

use super::Site;

/// A draft of one motion up to its times, by the wizard's pages.
async fn draft(site: &Site, matter: &str) -> String {
    let officer = Some(&site.estate.officers[0].token);
    let created = site.post_form("/c/polls/new", officer, &format!("matter={matter}")).await;
    assert_eq!(created.status, StatusCode::SEE_OTHER, "{}", created.body);
    created.header(header::LOCATION).trim_end_matches("/motions/m1/title").to_owned()
}

#[tokio::test]
async fn the_place_says_what_it_asks_with_the_article() {
    for (place, words) in [
        ("cn", vec!["15 天", "物业管理条例", "5 到 11 人", "居民委员会", "（五）使用建筑物及其附属设施的维修资金"]),
        ("hangzhou", vec!["临时会议 7 天", "5 到 60 天", "优先用官方系统"]),
        ("beijing", vec!["35条", "3 天内公布", "不到 100 户的小区可以 3 人", "这里只能办理纸质投票"]),
        ("zhoushan", vec!["物业公司的人不能当代理人", "7 天以上"]),
        ("ningbo", vec!["宁波"]),
    ] {
        let site = Site::in_place(place).await;
        let officer = Some(&site.estate.officers[0].token);
        let page = site.get("/c/place", officer).await;
        assert_eq!(page.status, StatusCode::OK);
        for word in words {
            assert!(page.body.contains(word), "{place}: {word} in {}", page.body);
        }
        let english = site.get("/c/place?lang=en", officer).await;
        assert!(english.body.contains("The rules of this place"), "{place}");
    }
}

#[tokio::test]
async fn a_request_for_a_special_meeting_is_counted_on_the_register() {
    let site = Site::new().await;
    let officer = Some(&site.estate.officers[0].token);
    // Four holders: 张伟明, he with 李秀英, 王芳, the developer; 6 times 89.53 square metres.
    for (query, verdict) in [
        ("heads=1&area=107.44", "够了"),
        ("heads=1&area=107.43", "面积不够五分之一"),
        ("heads=0&area=500", "不够：还没有五分之一的业主提议"),
        ("heads=5&area=1", "请填数字"),
        ("heads=1&area=537.19", "请填数字"),
        ("heads=1&area=1.005", "请填数字"),
        ("heads=one&area=1", "请填数字"),
    ] {
        let page = site.get(&format!("/c/place?{query}"), officer).await;
        assert!(page.body.contains(verdict), "{query}: {}", page.body);
    }
}

#[tokio::test]
async fn times_that_a_place_forbids_are_refused_with_the_earliest_lawful_day() {
    let site = Site::in_place("hangzhou").await;
    let officer = Some(&site.estate.officers[0].token);
    let poll = draft(&site, "use_fund").await;
    let times = |opens: &str, closes: &str, more: &str| {
        format!("opens_day={opens}&opens_time=09:00&closes_day={closes}&closes_time=18:00{more}")
    };
    // The clock stands at the first of November.
    for (form, status, says) in [
        (times("2026-11-16", "2026-12-06", ""), 422, "最早可于 2026-11-17 开始投票"),
        (times("2026-11-17", "2026-11-20", ""), 422, "投票期至少 5 日"),
        (times("2026-11-17", "2027-01-16", ""), 422, "投票期最多 60 日"),
        (times("2026-11-08", "2026-12-06", "&special=yes"), 422, "最早可于 2026-11-09 开始投票"),
        (times("2026-11-09", "2026-12-06", "&special=yes"), 303, ""),
        (times("2026-11-02", "2026-11-02", "&test=yes"), 303, ""),
        (times("2026-11-17", "2026-11-21", ""), 303, ""),
    ] {
        let saved = site.post_form(&format!("{poll}/times"), officer, &form).await;
        assert_eq!(saved.status, status, "{form}: {}", saved.body);
        assert!(saved.body.contains(says), "{form}: {}", saved.body);
    }
}

#[tokio::test]
async fn using_the_repair_fund_is_not_raising_it() {
    let site = Site::new().await;
    let officer = Some(&site.estate.officers[0].token);
    for (matter, title, says) in [
        ("use_fund", "是否同意续筹维修资金？", "那是第（六）项"),
        ("raise_fund", "是否同意使用维修资金更换电梯？", "那是第（五）项"),
    ] {
        let poll = draft(&site, matter).await;
        let form = format!("title={}", urlencode(title));
        site.post_form(&format!("{poll}/motions/m1/title"), officer, &form).await;
        let overview = site.get(&poll, officer).await;
        assert!(overview.body.contains(says), "{matter}: {}", overview.body);
        let page = site.get(&format!("{poll}/motions/m1/title"), officer).await;
        assert_eq!(page.count(".notice.warn"), 1, "{matter}");
    }
}

#[tokio::test]
async fn whose_home_is_to_become_a_shop_is_named_in_the_wizard_and_the_others_must_all_agree() {
    let site = Site::new().await;
    let officer = Some(&site.estate.officers[0].token);
    let poll = draft(&site, "home_into_business").await;
    let scope = |home: &str| format!("whole=no&building=1&left_out={}", urlencode(home));
    for home in ["", "1号楼1单元999", "张伟明"] {
        let page = site.post_form(&format!("{poll}/scope"), officer, &scope(home)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{home}");
        assert!(page.body.contains(&format!("value=\"{home}\"")), "what was typed stays: {}", page.body);
        assert!(page.body.contains("aria-invalid"), "and its field is marked: {}", page.body);
    }
    let rule = site.get(&format!("{poll}/motions/m1/rule"), officer).await;
    assert!(rule.body.contains("100%，一个不少"), "{}", rule.body);
    let saved = site.post_form(&format!("{poll}/scope"), officer, &scope("1号楼1单元101")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let page = site.get(&format!("{poll}/scope"), officer).await;
    assert!(page.body.contains("1 号楼 1 单元 101"), "{}", page.body);
}

/// As a form sends a text.
pub(super) fn urlencode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut form, byte| {
        write!(form, "%{byte:02X}").expect("a String takes any text");
        form
    })
}

#[tokio::test]
async fn a_committee_is_as_large_as_the_place_wants() {
    let site = Site::in_place("beijing").await;
    let officer = Some(&site.estate.officers[0].token);
    let poll = draft(&site, "election").await;
    let names = urlencode("甲\n乙\n丙\n丁\n戊");
    // Six units are a small compound: three are enough.
    for (seats, status, says) in
        [("3", 303, ""), ("1", 422, "至少 3 人"), ("4", 422, "席位须为单数"), ("7", 422, "候选人少于席位")]
    {
        let form = format!("seats={seats}&candidates={names}");
        let saved = site.post_form(&format!("{poll}/motions/m1/candidates"), officer, &form).await;
        assert_eq!(saved.status, status, "{seats}: {}", saved.body);
        assert!(saved.body.contains(says), "{seats}: {}", saved.body);
    }
}

#[tokio::test]
async fn where_the_citys_system_alone_counts_nobody_votes_online_here() {
    for (place, rehearsal, is_elsewhere) in
        [("beijing", false, true), ("beijing", true, false), ("shanghai", false, false)]
    {
        let mut site = Site::in_place(place).await;
        let mut owner = site.owner("王芳").await;
        let by = site.estate.officer(0).await;
        let draft = ballot::store::polls::Draft { test: rehearsal, ..site.estate.draft() };
        let estate = &site.estate.estate;
        let (now, mut fresh) = (site.estate.now(), heyi_tests::estate::fresh());
        let poll = estate.create_draft(&by, &draft, now, &mut fresh).await.expect("a draft");
        let act = estate.propose_poll(&by, &poll, now, &mut fresh).await.expect("it is put up");
        site.estate.carry(&act).await;
        site.estate.clock.set(draft.opens + DAY);
        site.estate.sign_in(&mut owner).await;
        site.estate.sign_officers_in().await;
        site.estate.estate.tend(site.estate.now(), &mut fresh).await.expect("all is tended");
        let entries = site.estate.estate.logs().log(&poll).await.expect("the log").head().size;
        assert_eq!(entries, if is_elsewhere { 1 } else { 2 }, "{place}: a credential for each who may vote here");
        let page = site.get(&format!("/polls/{poll}"), None).await;
        let vote = site.get(&format!("/polls/{poll}/vote"), Some(&owner.token)).await;
        assert_eq!(vote.status, StatusCode::OK);
        let link = format!("a[href='/polls/{poll}/vote']");
        assert_eq!(page.count(&link), usize::from(!is_elsewhere), "{place}");
        for page in [&page, &vote] {
            assert_eq!(page.body.contains("应当使用市电子投票系统"), is_elsewhere, "{place}: {}", page.body);
        }
        assert_eq!(vote.count("#vote"), usize::from(!is_elsewhere), "{place}");
    }
}

#[tokio::test]
async fn a_committee_puts_alternatives_and_voters_read_that_several_may_be_chosen() {
    let site = Site::new().await;
    let officer = Some(&site.estate.officers[0].token);
    let poll = draft(&site, "other").await;
    let added = site.post_form(&format!("{poll}/motions/m1/alternative"), officer, "").await;
    assert_eq!(added.header(header::LOCATION), format!("{poll}/motions/alt1_2/title"), "{}", added.body);
    let added = site.post_form(&format!("{poll}/motions/alt1_1/alternative"), officer, "").await;
    assert_eq!(added.header(header::LOCATION), format!("{poll}/motions/alt1_3/title"));
    for (motion, title) in
        [("alt1_1", "是否同意装电子门？"), ("alt1_2", "是否同意装栅栏门？"), ("alt1_3", "是否同意不装门？")]
    {
        let path = format!("{poll}/motions/{motion}");
        site.post_form(&format!("{path}/title"), officer, &format!("title={}", urlencode(title))).await;
        site.post_form(&format!("{path}/text"), officer, "text=a&cost=b&abstain=yes").await;
    }
    site.post_form(&format!("{poll}/answers"), officer, "answers=public").await;
    let times = "opens_day=2026-11-18&opens_time=09:00&closes_day=2026-12-06&closes_time=18:00";
    site.post_form(&format!("{poll}/times"), officer, times).await;
    let by = site.estate.officer(0).await;
    let id = poll.trim_start_matches("/c/polls/").parse().expect("an id");
    let (estate, mut fresh) = (&site.estate.estate, heyi_tests::estate::fresh());
    let act = estate.propose_poll(&by, &id, site.estate.now(), &mut fresh).await.expect("it is put up");
    site.estate.carry(&act).await;
    let page = site.get(&format!("/polls/{id}"), None).await;
    assert!(page.body.contains("可以同意几项"), "{}", page.body);
    let mut owner = site.owner("王芳").await;
    site.estate.clock.set(heyi_tests::estate::NOW + 18 * DAY);
    site.estate.sign_in(&mut owner).await;
    let vote = site.get(&format!("/polls/{id}/vote"), Some(&owner.token)).await;
    assert_eq!(vote.body.matches("最多采用一个").count(), 1, "once for the group: {}", vote.body);
}

#[tokio::test]
async fn officers_and_auditors_try_another_rule_and_nobody_else_does() {
    let mut site = Site::new().await;
    let mut owner = site.owner("王芳").await;
    let poll = site.estate.publish().await;
    let viewer = site.estate.sign_in(&mut owner).await;
    let holder = site.estate.estate.my_poll(&viewer, &poll).await.expect("a poll").remove(0);
    let stored = site.estate.cast(&poll, &owner, &holder, ballot::statement::Choice::For).await.expect("stored");
    let path = format!("/audit/{poll}/what-if");
    site.estate.sign_officers_in().await;
    let early = site.get(&path, Some(&site.estate.officers[0].token)).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "nothing is tried before the result");
    site.estate.clock.set(heyi_tests::estate::NOW + 31 * DAY);
    site.estate.sign_officers_in().await;
    let by = site.estate.officer(0).await;
    let (now, mut fresh) = (site.estate.now(), heyi_tests::estate::fresh());
    let act = site.estate.estate.propose_result(&by, &poll, now, &mut fresh).await.expect("it is put up");
    site.estate.carry(&act).await;
    let auditor = site.auditor("10000000302").await;
    let officer = site.estate.officers[0].token.clone();
    site.estate.sign_in(&mut owner).await;
    let (_, strangers) = heyi_tests::estate::TestEstate::compound(&site.estate.estate, "别的小区", "1000000009").await;
    for (who, session, status) in [
        ("nobody", None, 401),
        ("an owner", Some(&owner.token), 404),
        ("an auditor", Some(&auditor), 200),
        ("an officer", Some(&officer), 200),
    ] {
        assert_eq!(site.get(&path, session).await.status, status, "{who}");
        let result = site.get(&format!("/polls/{poll}/result"), session).await;
        let link = result.count(&format!("a[href='{path}']"));
        assert_eq!(link, usize::from(status == 200), "{who}: the link is where the page is");
    }
    let signed_in = site.get("/c", Some(&strangers[0].token)).await.status;
    let other = site.get(&path, Some(&strangers[0].token)).await.status;
    assert!(signed_in != StatusCode::OK || other == StatusCode::NOT_FOUND, "of another estate");
    let index = stored.receipt.index;
    let listed = site.get(&format!("/audit/{poll}"), Some(&officer)).await;
    assert_eq!(listed.count(&format!("a[href='{path}?strike={index}']")), 1, "each ballot leads to a count without it");
    assert_eq!(site.get(&format!("/audit/{poll}"), Some(&owner.token)).await.count(&format!("a[href^='{path}']")), 0);
    let struck = site.get(&format!("{path}?strike={index}"), Some(&officer)).await;
    assert_eq!(struck.count(&format!("input[name=strike][value='{index}']")), 1, "its number is filled in");
    let overlay = "rule = \"site.silent\"\nextends = \"cn.278.ordinary\"\ntitle = \"x\"\ncite = [\"x\"]\ncertainty = \"bylaw-example\"\n";
    let index = stored.receipt.index.to_string();
    for (query, says) in [
        ("rule=cn.278.special", "结果不变"),
        (&format!("strike={index}"), "cn.278.ordinary"),
        (&format!("strike={}", stored.receipt.check_code()), "结果不变"),
        ("strike=999", "不是这次表决里可以去掉的票"),
        ("rule=cn.election.committee", "规则用不了"),
        (&format!("overlay={}", urlencode(overlay)), "site.silent"),
        (&format!("overlay={}", urlencode(&format!("{overlay}pass = []\n"))), "规则用不了"),
        (&format!("overlay={}", urlencode("x")), "规则用不了"),
    ] {
        let page = site.get(&format!("{path}?motion=lift&{query}"), Some(&officer)).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(page.body.contains(says) && page.body.contains("什么都不改变"), "{query}: {}", page.body);
    }
    the_official_result_is_taken_as_a_file(&site, &poll, &officer).await;
}

/// A file of the official result is put up as it is; one that is unsound comes back with what would be right.
async fn the_official_result_is_taken_as_a_file(
    site: &Site,
    poll: &ballot::id::PollId,
    officer: &ballot::store::session::Token,
) {
    let path = format!("/c/polls/{poll}/official/file");
    let head = "motion,building,class,heads,units,area\r\n";
    for (why, system, file, says) in [
        ("no file", "北京业主", String::new(), "文件有问题"),
        ("another motion", "北京业主", format!("{head}m9,,passed,,,\r\n"), "m9"),
        ("three decimals", "北京业主", format!("{head}lift,,for,1,1,89.531\r\n"), "two decimals"),
        ("no name", " ", format!("{head}lift,,for,1,1,89.53\r\n"), "1 到 80 个字"),
    ] {
        let refused = site.post_files(&path, Some(officer), &[("system", system), ("file", &file)], &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}: {}", refused.body);
        assert!(refused.body.contains(says), "{why}: {}", refused.body);
        let kept = refused.count(&format!("input#file-system[value='{system}']"));
        assert_eq!(kept, 1, "{why}: the name comes back");
    }
    let file = format!("{head}lift,,for,1,1,89.53\r\n");
    let taken = site.post_files(&path, Some(officer), &[("system", "北京业主"), ("file", &file)], &[]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    assert!(taken.header(header::LOCATION).starts_with("/c/acts/"));
    let kept = ballot::hash::Hash::of(file.as_bytes());
    let kept =
        site.estate.estate.document(&site.estate.compound, &kept).await.expect("it is read").expect("it is kept");
    assert_eq!(kept.content, file.into_bytes(), "with the line ends that it had");
}

#[tokio::test]
async fn by_laws_are_chosen_in_the_wizard_with_what_they_change() {
    let site = Site::new().await;
    let officer = Some(&site.estate.officers[0].token);
    let poll = draft(&site, "use_fund").await;
    let path = format!("{poll}/motions/m1/rule");
    let page = site.get(&path, officer).await;
    for says in ["（五）", "一经投出不得更改", "选票送到了、没有投票的业主", "274号 26条2款", "有争议", "示例"]
    {
        assert!(page.body.contains(says), "{says}: {}", page.body);
    }
    for other in ["cn.278.special", "cn.election.committee", "cn.ningbo.ordinary", "cn.weifang.ordinary"] {
        assert!(!page.body.contains(other), "{other} is no by-law on this rule");
    }
    let english = site.get(&format!("{path}?lang=en"), officer).await;
    assert!(english.body.contains("Whether a ballot can be changed once it is cast"), "{}", english.body);
    for other in ["cn.278.special", "cn.gone", "x y"] {
        let refused = site.post_form(&path, officer, &format!("rule={}", urlencode(other))).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{other}");
        assert!(refused.body.contains("请从列出的规则里选一条"), "{other}: {}", refused.body);
    }
    let silent = "cn.278.ordinary.silent-majority";
    let saved = site.post_form(&path, officer, &format!("rule={silent}&then=overview")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let overview = site.get(&poll, officer).await;
    assert!(overview.body.contains("送达未投视为参与并计入多数"), "{}", overview.body);
    assert!(overview.body.contains("请把议事规则里写明这一点的条款放进附件"), "{}", overview.body);
    assert_eq!(site.get(&path, officer).await.count(&format!("input[value='{silent}'][checked]")), 1);
    for preview in ["preview/standard/zh", "preview/paper", "preview/notice"] {
        let page = site.get(&format!("{poll}/{preview}"), officer).await;
        assert!(page.body.contains("算在多数一方"), "{preview}: {}", page.body);
    }
    site.post_form(&format!("{poll}/motions/m1/matter"), officer, "matter=raise_fund").await;
    let overview = site.get(&poll, officer).await;
    assert!(
        !overview.body.contains("送达未投视为参与"),
        "by-laws on another matter's rule are left: {}",
        overview.body
    );
}
