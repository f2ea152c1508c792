//! Before the close nobody learns what was chosen: two polls that differ in the choices alone look the same.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use ballot::{
    id::PollId,
    log::Receipt,
    statement::Choice,
    store::{session::Token, staff::Role},
};

use super::{Answer, Site, ballots::Voter, layers::PAGES};

/// Where the poll's own number stands in the table of pages.
const NOWHERE: &str = "00000000-0000-4000-8000-000000000000";

/// A site whose poll runs and on which one owner has voted, as each of these people sees it.
struct Running<'a> {
    site: Site,
    poll: &'a PollId,
    code: String,
    people: &'a BTreeMap<&'static str, Option<Token>>,
}

impl Running<'_> {
    /// Every page that asks for no more than the poll's number, and the log's own addresses.
    fn addresses(&self) -> Vec<String> {
        let poll = self.poll;
        let pages = PAGES.iter().map(|(path, _)| path.replace(NOWHERE, poll.as_str()));
        let more = [
            format!("/polls/{poll}"),
            format!("/polls/{poll}/result"),
            format!("/polls/{poll}/announcement"),
            format!("/polls/{poll}/inclusion/1"),
            format!("/check?c={}", self.code),
            format!("/audit/{poll}"),
            format!("/audit/{poll}/ballots.csv"),
            format!("/audit/{poll}/report.json"),
            format!("/log/{poll}/checkpoint"),
            format!("/log/{poll}/bundle.tar"),
            format!("/log/{poll}/tile/0/000.p/2"),
            format!("/log/{poll}/tile/entries/000.p/2"),
        ];
        pages.chain(more).collect()
    }

    /// What each of them sees: status, and the text without hashes.
    async fn seen(&self) -> Vec<(String, StatusCode, String)> {
        let mut seen = Vec::new();
        for (path, number) in self.addresses().into_iter().zip(1..) {
            for (role, token) in self.people {
                let answer = self.site.get_as(number, &path, token.as_ref()).await;
                seen.push((format!("{} for {role}", without_drawn(&path)), answer.status, shape(&answer)));
            }
        }
        seen
    }
}

/// What a reader can tell from an answer.
fn shape(answer: &Answer) -> String {
    match std::str::from_utf8(&answer.bytes) {
        Ok(text) => without_drawn(text),
        Err(_) => format!("{} bytes", answer.bytes.len()),
    }
}

/// A text whose hashes, keys, signatures, numbers drawn at random and check codes are as long as they were, and no more.
fn without_drawn(text: &str) -> String {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let is_id = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let text = without_runs(text, is_base64, |run| 40 <= run.len());
    without_runs(&text, is_id, |run| {
        12 <= run.len() && run.contains(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase())
    })
}

fn without_runs(text: &str, is_part: impl Fn(char) -> bool, is_drawn: impl Fn(&str) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (run, more) = rest.split_at(end);
        if is_drawn(run) {
            kept.push_str(&"?".repeat(run.len()));
        } else {
            kept.push_str(run);
        }
        let next = more.chars().next().map_or(0, char::len_utf8);
        kept.push_str(&more[..next]);
        rest = &more[next..];
    }
    kept
}

#[tokio::test]
async fn until_the_close_nobody_can_tell_two_polls_apart_by_what_was_chosen() {
    let mut site = Site::new().await;
    let voter = Voter::new(&site).await;
    site.estate.sign_officers_in().await;
    let people = BTreeMap::from([
        ("nobody", None),
        ("whoever voted", Some(voter.token.clone())),
        ("another owner", Some(site.owner("张伟明").await.token)),
        ("officer", Some(site.estate.officers[0].token.clone())),
        ("clerk", Some(site.estate.appoint(Role::Clerk, "10000000201").await.token)),
        ("auditor", Some(site.auditor("10000000202").await)),
    ]);
    let ballots = [voter.ballot(&site, 1, Choice::For).await, voter.ballot(&site, 1, Choice::Against).await];
    let [yes, no] = ballots.each_ref().map(|bytes| without_drawn(std::str::from_utf8(bytes).expect("text")));
    assert_ne!(yes, no, "what is compared below would show a choice");

    let copy = site.copied().await;
    let mut seen = Vec::new();
    for (site, ballot) in [site, copy].into_iter().zip(ballots) {
        let answer = site.post_ballot(&voter.poll, Some(&voter.token), &ballot).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let code = Receipt::parse(&answer.body).expect("a receipt").check_code().to_string();
        let running = Running { site, poll: &voter.poll, code, people: &people };
        let mut all = running.seen().await;
        // The receipt has the ballot in itself; nobody but its voter is answered so.
        let receipt: String = shape(&answer).lines().filter(|line| !line.starts_with("extra ")).collect();
        all.push(("the receipt but for its ballot".to_owned(), answer.status, receipt));
        seen.push(all);
    }
    let are_open = seen[0].iter().filter(|(_, status, _)| *status == StatusCode::OK).count();
    assert!(200 < are_open, "{are_open} pages were seen");
    let [one, other] = [seen.remove(0), seen.remove(0)];
    for (seen, as_well) in one.into_iter().zip(other) {
        assert_eq!(seen, as_well);
    }
}
