//! A survey's questions as fields of a form, and what was typed into them.

use deliberation::{
    store::{QuestionView, UseError},
    survey::{Answer, Answers, OPEN_MAX, Question},
};
use maud::{Markup, html};

use super::words;
use crate::text::{Lang, survey as text};

/// A form whose names may come several times.
pub(super) type Pairs = Vec<(String, String)>;

/// The first value of a name; nothing where it did not come.
pub(super) fn one<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
}

fn all<'a>(pairs: &'a Pairs, name: &str) -> impl Iterator<Item = &'a str> {
    pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}

fn name(number: u64) -> String {
    format!("q{number}")
}

/// The answers that were typed. What is no number of an option or step stands for none that there is, so that the rules
/// refuse it and nothing is left out silently.
pub(super) fn read(questions: &[QuestionView], pairs: &Pairs) -> Answers {
    let mut answers = Answers::new();
    for asked in questions {
        let name = name(asked.number);
        let values: Vec<_> = all(pairs, &name).collect();
        let Some(first) = values.first() else { continue };
        let answer = match &asked.question {
            Question::Single { .. } | Question::Several { .. } => {
                Answer::Options(values.iter().map(|value| value.parse().unwrap_or(usize::MAX)).collect())
            }
            Question::Scale { .. } | Question::Number { .. } => Answer::Number(first.parse().unwrap_or(u64::MAX)),
            Question::Open => Answer::Text(first.replace("\r\n", "\n")),
        };
        answers.insert(asked.number, answer);
    }
    answers
}

/// Answers as a form has them.
pub(super) fn pairs(answers: &Answers) -> Pairs {
    let mut pairs = Pairs::new();
    for (number, answer) in answers {
        match answer {
            Answer::Options(places) => pairs.extend(places.iter().map(|place| (name(*number), place.to_string()))),
            Answer::Number(value) => pairs.push((name(*number), value.to_string())),
            Answer::Text(text) => pairs.push((name(*number), text.clone())),
        }
    }
    pairs
}

/// Where a refusal leads, among the questions.
pub(super) fn place(error: &UseError) -> String {
    match error {
        UseError::Question(number, _) => name(*number),
        _ => name(1),
    }
}

/// Every question with its field; `wrong` is the id of the one that was refused, with why.
pub(super) fn questions(
    lang: Lang,
    questions: &[QuestionView],
    typed: &Pairs,
    wrong: Option<(&str, &'static str)>,
) -> Markup {
    html! {
        @for asked in questions {
            @let id = name(asked.number);
            @let error = wrong.filter(|(at, _)| *at == id).map(|(_, say)| say);
            (question(lang, asked, typed, error))
        }
    }
}

fn question(lang: Lang, asked: &QuestionView, typed: &Pairs, error: Option<&'static str>) -> Markup {
    let id = name(asked.number);
    let chosen = |value: &str| all(typed, &id).any(|found| found == value);
    let head = html! {
        p .hint id={ (id) "-hint" } { (words::how(lang, &asked.question)) }
        @if let Some(error) = error { p .error id={ (id) "-error" } { (error) } }
    };
    let label = html! { (asked.number) ". " (asked.prompt) };
    let radios = |values: Vec<(String, String)>| {
        html! {
            fieldset #(id) {
                legend { (label) }
                (head)
                @for (value, label) in values {
                    label .card {
                        input type="radio" name=(id) value=(value) checked[chosen(&value)];
                        span { strong { (label) } }
                    }
                }
                label .card {
                    input type="radio" name=(id) value="";
                    span .muted { (text::skip(lang)) }
                }
            }
        }
    };
    match &asked.question {
        Question::Single { options } => {
            radios(options.iter().enumerate().map(|(place, option)| (place.to_string(), option.clone())).collect())
        }
        Question::Scale { steps } => radios((1..=*steps).map(|step| (step.to_string(), step.to_string())).collect()),
        Question::Several { options, .. } => html! {
            fieldset #(id) {
                legend { (label) }
                (head)
                @for (place, option) in options.iter().enumerate() {
                    label .card {
                        input type="checkbox" name=(id) value=(place) checked[chosen(&place.to_string())];
                        span { strong { (option) } }
                    }
                }
            }
        },
        Question::Number { .. } => html! {
            div .field {
                label for=(id) { (label) }
                (head)
                input id=(id) name=(id) type="text" inputmode="numeric" autocomplete="off" value=(one(typed, &id))
                    aria-describedby={ (id) "-hint" } aria-invalid=[error.map(|_| "true")];
            }
        },
        Question::Open => html! {
            div .field {
                label for=(id) { (label) }
                (head)
                textarea id=(id) name=(id) rows="4" maxlength=(OPEN_MAX) aria-describedby={ (id) "-hint" }
                    aria-invalid=[error.map(|_| "true")] { "\n" (one(typed, &id)) }
            }
        },
    }
}

/// One answer in words, to be held against another.
pub(super) fn said(question: &Question, answer: Option<&Answer>) -> String {
    match (question, answer) {
        (_, None) => "–".to_owned(),
        (Question::Single { options } | Question::Several { options, .. }, Some(Answer::Options(places))) => {
            let names = places.iter().filter_map(|place| options.get(*place)).cloned();
            names.collect::<Vec<_>>().join(" / ")
        }
        (_, Some(Answer::Number(number))) => number.to_string(),
        (_, Some(Answer::Text(text))) => text.clone(),
        (_, Some(Answer::Options(_))) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_was_written_and_nonsense_is_not_left_out() {
        let options = vec!["a".to_owned(), "b".to_owned()];
        let kinds = [
            Question::Single { options: options.clone() },
            Question::Several { options, most: 2 },
            Question::Number { least: 0, most: 9 },
            Question::Open,
        ];
        let questions: Vec<_> = (1..)
            .zip(kinds)
            .map(|(number, question)| QuestionView { number, prompt: "x".to_owned(), question })
            .collect();
        let answers = Answers::from([
            (1, Answer::Options([1].into())),
            (2, Answer::Options([0, 1].into())),
            (3, Answer::Number(7)),
            (4, Answer::Text("灯".to_owned())),
        ]);
        assert_eq!(read(&questions, &pairs(&answers)), answers);
        let typed = [("q1", "x"), ("q3", "-1"), ("q4", " ")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let answers = read(&questions, &typed.to_vec());
        for asked in &questions[..3] {
            let fits = answers.get(&asked.number).is_some_and(|answer| asked.question.check_answer(answer).is_ok());
            assert!(!fits, "{asked:?}");
        }
        assert!(answers.contains_key(&1) && answers.contains_key(&3) && !answers.contains_key(&4));
    }
}
