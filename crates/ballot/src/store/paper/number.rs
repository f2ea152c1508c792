//! The number on a form: five drawn digits and one that finds a slip of the finger.

use crate::id::FormNo;

/// A text that is no form's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not six digits.
    #[error("a form's number has six digits")]
    Format,
    /// A wrong digit, or two that changed places.
    #[error("the digits do not fit together: one is wrong, or two have changed places")]
    Slip,
}

/// The operation of H. Damm's quasigroup of order 10: it finds every single wrong digit and every swap of neighbours.
///
/// Source: H. M. Damm, Total anti-symmetrische Quasigruppen, 2004.
const TABLE: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

fn check(digits: impl Iterator<Item = u8>) -> u8 {
    digits.fold(0, |interim, digit| TABLE[usize::from(interim)][usize::from(digit % 10)])
}

fn digits(number: u64) -> impl Iterator<Item = u8> {
    let text = number.to_string().into_bytes();
    text.into_iter().map(|byte| byte - b'0')
}

/// The form whose first five digits are drawn: `base` is 10000 to 99999.
pub(super) fn with_check(base: u64) -> FormNo {
    let number = base * 10 + u64::from(check(digits(base)));
    FormNo::try_from(number).expect("it is above 0")
}

/// Reads what was typed or scanned: six digits, alone or at the end of an address; spaces, hyphens and full-width digits
/// are forgiven.
///
/// # Errors
/// Not six digits, or they do not fit together.
pub fn form_number(typed: &str) -> Result<FormNo, NumberError> {
    let last = typed.trim().rsplit(['/', '=', '#']).next().unwrap_or_default();
    let mut number = 0_u64;
    let mut count = 0;
    for c in last.chars() {
        let plain = match c {
            '０'..='９' => u32::from(c) - u32::from('０'),
            '0'..='9' => u32::from(c) - u32::from('0'),
            ' ' | '-' | '\u{3000}' => continue,
            _ => return Err(NumberError::Format),
        };
        count += 1;
        if 6 < count {
            return Err(NumberError::Format);
        }
        number = number * 10 + u64::from(plain);
    }
    if count != 6 || number < 100_000 {
        return Err(NumberError::Format);
    }
    if check(digits(number)) != 0 {
        return Err(NumberError::Slip);
    }
    FormNo::try_from(number).map_err(|_| NumberError::Format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slip_of_a_finger_is_found() {
        for base in (10_000..100_000).step_by(37) {
            let number = with_check(base).get();
            let text = number.to_string();
            assert_eq!(form_number(&text).map(FormNo::get), Ok(number));
            let bytes = text.as_bytes();
            for place in 0..6 {
                for digit in (b'0'..=b'9').filter(|digit| *digit != bytes[place]) {
                    let mut wrong = bytes.to_vec();
                    wrong[place] = digit;
                    assert!(form_number(&String::from_utf8_lossy(&wrong)).is_err(), "{text}");
                }
                if place < 5 && bytes[place] != bytes[place + 1] {
                    let mut swapped = bytes.to_vec();
                    swapped.swap(place, place + 1);
                    assert!(form_number(&String::from_utf8_lossy(&swapped)).is_err(), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_number_is_read_as_typed_or_scanned() {
        let number = with_check(12_345);
        let text = number.to_string();
        let wide: String = text.chars().filter_map(|c| char::from_u32(u32::from(c) - 48 + 0xFF10)).collect();
        let address = format!("https://vote.example/polls/x/papers?form={text}");
        for typed in [text.clone(), format!(" {} {}\r\n", &text[..3], &text[3..]), wide, address] {
            assert_eq!(form_number(&typed), Ok(number), "{typed}");
        }
        for typed in ["", "12345", "1234567", "12345x", "000000"] {
            assert_eq!(form_number(typed), Err(NumberError::Format), "{typed}");
        }
    }
}
