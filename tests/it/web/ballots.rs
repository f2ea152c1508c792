//! The page for voting, and the route that takes ballots.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use ballot::{
    id::{PollId, Seq},
    key::{KeyKind, SignerKey},
    log::Receipt,
    note,
    statement::{Answer as Vote, Ballot, Choice, Statement},
    store::{devices::DeviceKeys, fresh::Fresh, polls::MyHolder, session::Token},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use heyi_tests::estate::{DAY, HOST, TestDevice, last_code, motion};

use super::{Site, from_browser, from_script};

/// A voter with one voting key, and a poll to vote in.
pub(super) struct Voter {
    pub(super) token: Token,
    pub(super) poll: PollId,
    pub(super) holder: MyHolder,
    pub(super) seed: [u8; 32],
}

impl Voter {
    pub(super) async fn new(site: &Site) -> Self {
        let seed = [42; 32];
        let public = SignerKey::from_seed("x", KeyKind::Ed25519, &seed).expect("a key").public().public();
        let keys = DeviceKeys { voting: vec![BASE64.encode(public)], ..TestDevice::new().owner_keys() };
        let letter = site.letters["王芳"].clone();
        let (estate, compound) = (&site.estate.estate, &site.estate.compound);
        let (now, fresh) = (site.estate.now(), &mut Fresh::new([8; 32]));
        let challenge = estate.start_enrolment(compound, &letter, 0, "zh", now, fresh).await.expect("a letter");
        let code = last_code(estate, compound, None).await;
        estate.finish_enrolment(&challenge, &code, &keys, now, fresh).await.expect("enrolled");
        let poll = site.estate.publish().await;
        // Sessions end long before a notice period does.
        let challenge =
            estate.start_sign_in(compound, "10000000103", "zh", site.estate.now(), fresh).await.expect("a code");
        let code = last_code(estate, compound, Some("10000000103")).await;
        let answer = estate.finish_sign_in(&challenge, &code, None, site.estate.now(), fresh).await.expect("right");
        let token = heyi_tests::estate::signed_in(answer);
        let viewer = site.estate.viewer(&token, site.estate.now()).await.expect("signed in");
        let mut holders = estate.my_poll(&viewer, &poll).await.expect("on the roll");
        assert_eq!(holders.len(), 1);
        Self { token, poll, holder: holders.remove(0), seed }
    }

    /// The ballot of this number, signed.
    pub(super) async fn ballot(&self, site: &Site, seq: u64, choice: Choice) -> Vec<u8> {
        let credential = self.holder.credential.as_ref().expect("a credential");
        let log = site.estate.estate.logs().log(&self.poll).await.expect("the log opens");
        let ballot = Ballot {
            agent: None,
            answers: BTreeMap::from([(motion(), Vote::Choice(choice))]),
            channel: None,
            credential: credential.number,
            for_holder: None,
            holder: Some(self.holder.holder),
            manifest: log.read(|state, _| state.manifest_hash()),
            poll: self.poll.clone(),
            seq: Seq::try_from(seq).expect("from 1 on"),
        };
        let name = format!("{HOST}/poll/{}/credential/{}", self.poll, credential.number);
        let key = SignerKey::from_seed(&name, KeyKind::Ed25519, &self.seed).expect("a name");
        note::sign(&Statement::Ballot(ballot).text(), &[&key]).into_bytes()
    }
}

#[tokio::test]
async fn a_ballot_is_answered_with_its_receipt_and_again_with_the_same() {
    let site = Site::new().await;
    let voter = Voter::new(&site).await;
    let bytes = voter.ballot(&site, 1, Choice::For).await;
    let first = site.post_ballot(&voter.poll, Some(&voter.token), &bytes).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    let log = site.estate.estate.logs().log(&voter.poll).await.expect("the log opens");
    let receipt = Receipt::parse(&first.body).expect("a receipt");
    receipt.verify(log.key()).expect("it holds");
    let again = site.post_ballot(&voter.poll, None, &bytes).await;
    assert_eq!(again.body, first.body, "the signature is what counts");
    let found = site.get(&format!("/check?c={}", receipt.check_code()), None).await;
    assert!(found.body.contains("找到了") && found.count("#verify[data-found]") == 1);
    let proof = site.get(&format!("/polls/{}/consistency/1", voter.poll), None).await;
    assert!(proof.body.contains("\"checkpoint\""), "{}", proof.body);
    let missing = site.get("/check?c=7K4P-9QXM-2RTD", None).await;
    assert!(missing.body.contains("没有找到"));
}

/// The order of the curve's group, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

#[tokio::test]
async fn what_is_no_ballot_of_this_poll_is_refused_by_a_code() {
    let site = Site::new().await;
    let voter = Voter::new(&site).await;
    let good = voter.ballot(&site, 1, Choice::For).await;
    let text = String::from_utf8(good.clone()).expect("text");
    let malleated = {
        let (head, line) = text.trim_end().rsplit_once(' ').expect("a signature line");
        let mut bytes = BASE64.decode(line).expect("base64");
        // s + ℓ: the same equation, another encoding.
        let mut carry = 0;
        for (byte, add) in bytes[36..].iter_mut().zip(ORDER) {
            let sum = u16::from(*byte) + u16::from(add) + carry;
            *byte = u8::try_from(sum & 0xff).expect("a byte");
            carry = sum >> 8;
        }
        format!("{head} {}\n", BASE64.encode(bytes)).into_bytes()
    };
    let too_high = voter.ballot(&site, 3, Choice::For).await;
    let before = site.estate.estate.logs().log(&voter.poll).await.expect("the log opens").head().size;
    for (why, bytes, status, code) in [
        ("a signature bent", malleated, 422, "sig"),
        ("a number too high", too_high, 409, "seq"),
        ("no statement", b"hello".to_vec(), 422, "format"),
        ("another statement", text.replace("heyi/ballot/", "heyi/strike/").into_bytes(), 422, "format"),
        ("not canonical", text.replace("\"seq\":1", "\"seq\": 1").into_bytes(), 422, "format"),
    ] {
        let answer = site.post_ballot(&voter.poll, Some(&voter.token), &bytes).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{why}");
    }
    let nowhere: PollId = "00000000-0000-4000-8000-000000000000".parse().expect("an id");
    assert_eq!(site.post_ballot(&nowhere, None, &good).await.code(), "no_such_poll");
    let json =
        from_script(&format!("/polls/{}/ballots", voter.poll), None).header(header::CONTENT_TYPE, "application/json");
    let answer = site.send(json.body(Body::from(good.clone())).expect("a request")).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type"));
    let log = site.estate.estate.logs().log(&voter.poll).await.expect("the log opens");
    assert_eq!(log.head().size, before, "nothing of it is in the log");
    site.estate.clock.set(site.estate.now() + 14 * DAY);
    let late = site.post_ballot(&voter.poll, None, &good).await;
    assert_eq!((late.status, late.code().as_str()), (StatusCode::GONE, "closed"));
}

#[tokio::test]
async fn an_ended_session_takes_no_ballot_in_and_a_revoked_phone_has_no_vote() {
    let site = Site::new().await;
    let voter = Voter::new(&site).await;
    let bytes = voter.ballot(&site, 1, Choice::For).await;
    site.post_form("/logout", Some(&voter.token), "").await;
    let answer = site.post_ballot(&voter.poll, Some(&voter.token), &bytes).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "signed_out"));
    site.owner("王芳").await;
    let answer = site.post_ballot(&voter.poll, None, &bytes).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "not_eligible"));
}

#[tokio::test]
async fn the_page_says_before_the_choice_what_one_votes_with_and_who_will_see_it() {
    let site = Site::new().await;
    let voter = Voter::new(&site).await;
    let home = site.get("/", Some(&voter.token)).await;
    assert_eq!(home.count("main .btn:not(.second)"), 1, "one big button");
    let page = site.get(&format!("/polls/{}/vote", voter.poll), Some(&voter.token)).await;
    for sentence in [
        "您有 1 项表决还没投",
        "是否同意使用维修资金更换 3 号楼电梯？",
        "1 号楼 1 单元 201 室，89.53 平方米",
        "合计 179.06 平方米，人数算一人",
        "这是记名表决：投完后，业委会和街道能看到您的选择，邻居看不到。",
        "大约 1 分钟",
        "还差一步：请选择“同意”“反对”或“弃权”中的一项",
        "现在还没有投出去",
        "正在交票，请不要关闭…",
        "网络有点慢，选票还在手机里，没有丢",
        "已收到您的选票",
        "这部手机里没有您的签名钥匙（换手机或清理过数据）。不要紧，用邀请信上的码和短信再认证一次就行，以前投的票仍然有效。",
        "这个浏览器太旧，不能安全投票。您可以：",
        "（星期二）00:00",
    ] {
        assert!(page.body.contains(sentence), "{sentence}");
    }
    assert_eq!(page.count("#choose input[type=radio]"), 3);
    assert_eq!(page.count("#choose input[checked]"), 0, "nothing is chosen beforehand");
    assert_eq!(page.count("#not-ready:not([hidden])"), 1, "before any script ran the way out is there");
    let other = site.owner("李秀英").await;
    let elsewhere = site.get("/polls/00000000-0000-4000-8000-000000000000/vote", Some(&other.token)).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_for_voting_with_all_it_loads_is_at_most_thirty_kilobytes() {
    let site = Site::new().await;
    let voter = Voter::new(&site).await;
    let mut waiting = vec![format!("/polls/{}/vote", voter.poll)];
    let mut seen = BTreeSet::new();
    let mut total = 0;
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let plain = site.get(&path, Some(&voter.token)).await;
        assert_eq!(plain.status, StatusCode::OK, "{path}");
        let request = from_browser(Method::GET, &path, Some(&voter.token)).header(header::ACCEPT_ENCODING, "gzip");
        let packed = site.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(packed.header(header::CONTENT_ENCODING), "gzip", "{path}");
        total += packed.bytes.len();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in plain.body.split('"').filter(|part| part.starts_with("/static/")) {
            waiting.push(link.to_owned());
        }
        for import in plain
            .body
            .lines()
            .filter(|_| path.contains("/core/") || path.contains("/pages/"))
            .filter_map(|line| line.split_once(" from \""))
        {
            let import = import.1.trim_end_matches("\";");
            let target = match import.strip_prefix("../") {
                Some(rest) => format!("{}/{rest}", folder.rsplit_once('/').map_or("", |(parent, _)| parent)),
                None => format!("{folder}/{}", import.trim_start_matches("./")),
            };
            waiting.push(target);
        }
    }
    assert!(15 < seen.len(), "{seen:?}");
    assert!(total <= 30 * 1024, "{total} bytes in {seen:#?}");
}
