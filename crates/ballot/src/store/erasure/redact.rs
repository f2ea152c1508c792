//! Taking the traces of somebody out of texts that stay.

use serde_json::Value;

/// What stands where something was taken out, and for the name of whoever was erased.
pub const BLANK: &str = "〔已删除〕";

/// Takes every needle out of every text of a JSON value; keys and numbers stay.
///
/// - `needles`: longest first, so that none is left standing in part. One of a single character is taken out where it is
///   the whole text, lest other words be torn.
pub(super) fn redact(value: &mut Value, needles: &[String]) {
    match value {
        Value::String(text) => *text = redact_text(text, needles),
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, needles)),
        Value::Object(fields) => fields.values_mut().for_each(|field| redact(field, needles)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The same for one text.
pub(super) fn redact_text(text: &str, needles: &[String]) -> String {
    let mut text = text.to_owned();
    for needle in needles {
        if text == *needle {
            return BLANK.to_owned();
        }
        if 1 < needle.chars().count() {
            text = text.replace(needle.as_str(), BLANK);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_of_a_value_is_redacted_and_nothing_else() {
        let needles = ["person:王芳:0017", "10000000103", "王芳", "李"].map(str::to_owned);
        let mut value = json!({
            "王芳": [1, null, "王芳", "请王芳（10000000103）来", "李", "李秀英"],
            "of": {"person": "person:王芳:0017"},
        });
        redact(&mut value, &needles);
        let expected = json!({
            "王芳": [1, null, BLANK, format!("请{BLANK}（{BLANK}）来"), BLANK, "李秀英"],
            "of": {"person": BLANK},
        });
        assert_eq!(value, expected);
    }
}
