//! What is shown of answers: counts from which nobody can be told.

use super::{Answer, Question};

/// The smallest number of people that is said.
pub const SMALLEST: u64 = 5;

/// A number as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// So many.
    Count(u64),
    /// Fewer than [`SMALLEST`], or so many that the others would tell how many are fewer.
    Few,
}

/// Counts as they may be shown, where their sum is shown too or can be had elsewhere.
///
/// A count below [`SMALLEST`] is hidden. Were it the only one, it would follow from the sum; so is the next larger one
/// then. Where everything is nothing, nothing is hidden: it tells of nobody.
pub fn cells(counts: &[u64]) -> Vec<Cell> {
    let is_few = |count: u64| 0 < count && count < SMALLEST;
    let mut hidden: Vec<bool> = counts.iter().map(|count| is_few(*count)).collect();
    if hidden.iter().filter(|is_hidden| **is_hidden).count() == 1 {
        let others = counts.iter().zip(0_usize..).filter(|(count, place)| SMALLEST <= **count && !hidden[*place]);
        if let Some((_, place)) = others.min() {
            hidden[place] = true;
        }
    }
    let cell = |(count, is_hidden): (&u64, bool)| if is_hidden { Cell::Few } else { Cell::Count(*count) };
    counts.iter().zip(hidden).map(cell).collect()
}

/// What was answered to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// How many answered it.
    pub answered: Cell,
    /// For each option or step how many; empty for numbers and texts.
    pub each: Vec<Cell>,
    /// The mean of steps or numbers in hundredths, rounded down; none where too few answered.
    pub mean: Option<u64>,
}

/// Counts the answers to one question. Answers that do not fit it are left out.
pub fn tally<'a>(question: &Question, answers: impl IntoIterator<Item = &'a Answer>) -> Tally {
    let fitting: Vec<_> = answers.into_iter().filter(|answer| question.check_answer(answer).is_ok()).collect();
    let count = fitting.len() as u64;
    let sizes = match question {
        Question::Single { options } | Question::Several { options, .. } => options.len(),
        Question::Scale { steps } => usize::try_from(*steps).unwrap_or_default(),
        Question::Number { .. } | Question::Open => 0,
    };
    let (mut each, mut sum) = (vec![0_u64; sizes], 0_u128);
    for answer in fitting {
        match answer {
            Answer::Options(places) => places.iter().for_each(|place| each[*place] += 1),
            Answer::Number(number) => {
                sum += u128::from(*number);
                let place = usize::try_from(*number).ok().and_then(|number| number.checked_sub(1));
                if let Some(step) = place.and_then(|place| each.get_mut(place)) {
                    *step += 1;
                }
            }
            Answer::Text(_) => {}
        }
    }
    if count < SMALLEST {
        // Of so few nothing is told, not even what nobody said.
        let each = each.iter().map(|_| if count == 0 { Cell::Count(0) } else { Cell::Few }).collect();
        return Tally { answered: if count == 0 { Cell::Count(0) } else { Cell::Few }, each, mean: None };
    }
    let each = cells(&each);
    let is_number = matches!(question, Question::Scale { .. } | Question::Number { .. });
    // With a hidden step the mean could tell what hides there.
    let is_safe = !each.contains(&Cell::Few);
    let mean = u64::try_from(sum * 100 / u128::from(count)).ok().filter(|_| is_number && is_safe);
    Tally { answered: Cell::Count(count), each, mean }
}

#[cfg(test)]
mod tests {
    use super::{
        Cell::{Count, Few},
        *,
    };

    #[test]
    fn a_few_people_are_never_told_nor_can_they_be_reckoned() {
        for (why, counts, expected) in [
            ("all are many", vec![5, 9], vec![Count(5), Count(9)]),
            ("one is few, and so hides the next", vec![4, 20, 9], vec![Few, Count(20), Few]),
            ("two are few and hide each other", vec![4, 1, 9], vec![Few, Few, Count(9)]),
            ("nobody is nobody", vec![0, 9], vec![Count(0), Count(9)]),
            ("one alone", vec![1], vec![Few]),
            ("nothing", vec![], vec![]),
        ] {
            assert_eq!(cells(&counts), expected, "{why}");
        }
    }

    #[test]
    fn answers_are_counted_by_option_and_step() {
        let single = Question::Single { options: vec!["a".to_owned(), "b".to_owned()] };
        let chose = |place| Answer::Options([place].into());
        let answers: Vec<_> = (0..12).map(|number| chose(usize::from(number < 5))).chain([Answer::Number(9)]).collect();
        let counted = tally(&single, &answers);
        assert_eq!(counted, Tally { answered: Count(12), each: vec![Count(7), Count(5)], mean: None });
        let scale = Question::Scale { steps: 3 };
        let answers: Vec<_> = [1, 1, 1, 1, 1, 3, 3, 3, 3, 3].map(Answer::Number).into();
        let counted = tally(&scale, &answers);
        assert_eq!(counted, Tally { answered: Count(10), each: vec![Count(5), Count(0), Count(5)], mean: Some(200) });
        assert_eq!(tally(&scale, &answers[1..5]), Tally { answered: Few, each: vec![Few; 3], mean: None });
        let hidden = tally(&scale, &answers[..9]);
        assert_eq!((hidden.each, hidden.mean), (vec![Few, Count(0), Few], None));
    }
}
